// The spine: posted bytes in, calibrated prediction out. The edge, the command line and the evaluator call this one function.

import { fail, ok, type Failure, type Result } from "./base/result.ts";
import { decide, type Verdict } from "./decision/decide.ts";
import type { DecodeImage, DecodeReason, MediaType } from "./image/decode-image.ts";
import type { Model } from "./model/model.ts";
import { preprocess } from "./preprocess/preprocess.ts";

export type Prediction = Verdict & { image: { mediaType: MediaType; width: number; height: number } };

export type PredictReason = DecodeReason | "too_many_bytes" | "not_finite";

/** Decodes an image within the manifest's ceilings, runs the model on it and decides. */
export async function predict(
  bytes: Uint8Array,
  model: Model,
  decodeImage: DecodeImage,
): Promise<Result<Prediction, Failure<PredictReason>>> {
  const { manifest } = model;
  if (bytes.length > manifest.input.maxBytes)
    return fail("too_many_bytes", "the image has more bytes than the model accepts");
  const decoded = await decodeImage(bytes, manifest.input);
  if (!decoded.ok) return decoded;
  const { mediaType, pixels } = decoded.value;
  const inputHwc = preprocess(pixels, manifest.input);
  const { logits, features } = model.runWithFeatures?.(inputHwc) ?? { logits: model.run(inputHwc) };
  if (!logits.every(Number.isFinite))
    return fail("not_finite", "the model's scores for this image are not finite numbers");
  const statistics = model.featureStatistics;
  const verdict = decide(logits, manifest, features && statistics && { row: features, statistics });
  return ok({ ...verdict, image: { mediaType, width: pixels.width, height: pixels.height } });
}
