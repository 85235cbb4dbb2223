// One image on its way from the data set to where the trainer finds it, through the code that serves.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Pixels } from "../../src/image/pixels.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import type { ReadReason } from "../data/dataset.ts";
import { writeImage, type StoredImages } from "./stored-images.ts";

export type PrepareReason = ReadReason | "storage_failed";

export type Destination = StoredImages;

/** Where there is no destination it is enough that the image could be read. */
export function prepareImage(
  pixels: Result<Pixels, Failure<ReadReason>>,
  index: number,
  input: InputSpec,
  destination: Destination | undefined,
): Result<null, Failure<PrepareReason>> {
  if (!pixels.ok) return pixels;
  if (!destination) return ok(null);
  return writeImage(destination, index, preprocess(pixels.value, input));
}
