// Predictions for the images of a split, each posted through src/predict.ts, and as a file: the way a caller does.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Verdict } from "../../src/decision/decide.ts";
import type { Pixels } from "../../src/image/pixels.ts";
import type { ReadImage } from "../../src/image/read-image.ts";
import type { Model } from "../../src/model/model.ts";
import { predict } from "../../src/predict.ts";
import type { Split } from "../data/dataset.ts";
import { encodePng } from "./images/encode-png.ts";

export type PredictionsReason = "image_unreadable" | "image_refused";

export type PredictionsOptions = {
  /** Which images; all of them when absent. */
  indices?: readonly number[];
  /** What is done to an image before it is encoded. */
  change?: (pixels: Pixels, index: number) => Pixels;
  onImage?: (done: number) => void;
};

/** One verdict an image. The detail of a failure names the image: it is for this machine's user. */
export async function collectPredictions(
  model: Model,
  images: Pick<Split, "count" | "nameOf" | "read">,
  readImage: ReadImage,
  { indices, change = (pixels) => pixels, onImage }: PredictionsOptions = {},
): Promise<Result<Verdict[], Failure<PredictionsReason>>> {
  const verdicts: Verdict[] = [];
  for (const index of indices ?? Array.from({ length: images.count }, (_, i) => i)) {
    const pixels = await images.read(index, model.manifest.input);
    if (!pixels.ok) return fail("image_unreadable", `${images.nameOf(index)} cannot be read: ${pixels.error.detail}`);
    const changed = change(pixels.value, index);
    // A file could not say where a picture ends that was reduced while it was decoded.
    const posted = changed.extent ? changed : encodePng(changed);
    const prediction = await predict(posted, model, readImage);
    if (!prediction.ok) return fail("image_refused", `${images.nameOf(index)} was refused: ${prediction.error.detail}`);
    const { scores, decision } = prediction.value;
    verdicts.push({ scores, decision });
    onImage?.(verdicts.length);
  }
  return ok(verdicts);
}
