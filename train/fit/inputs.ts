// A data set ready to be fitted: preprocessed once by the code that serves, where worker threads find it.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Split } from "../data/dataset.ts";
import type { ImageReader, ReadAllReason } from "../pipeline/image-reader.ts";
import type { ImageStorage } from "../pipeline/image-storage.ts";
import { skipImages, type StoredImages } from "../pipeline/stored-images.ts";

/** `labels` is as in Split: one class index an image, or one number a class. */
export type Inputs = {
  count: number;
  shape: [height: number, width: number, channels: number];
  images: StoredImages;
  labels: Uint8Array<ArrayBuffer>;
  /** What preprocessing makes of a background sample, one value a channel. */
  background: number[];
};

/** Stops at the first image that cannot be read, and names it. */
export async function toInputs(
  split: Split,
  spec: InputSpec,
  reader: Pick<ImageReader, "readAll">,
  storage: ImageStorage,
): Promise<Result<Inputs, Failure<ReadAllReason>>> {
  const { count, labels } = split;
  const shape: Inputs["shape"] = [spec.height, spec.width, spec.colour === "grey" ? 1 : 3];
  const allocated = storage.allocate(count, shape[0] * shape[1] * shape[2]);
  if (!allocated.ok) return allocated;
  const images = allocated.value;
  const read = await reader.readAll(split, spec, images);
  if (!read.ok) return read;
  const background = spec.mean.map((mean, c) => (spec.background * spec.scale - mean) / spec.standardDeviation[c]);
  return ok({ count, shape, images, labels, background });
}

/** Splits off the last `fraction` for validation before any shuffling, as Keras' `validation_split` does; nothing is copied. */
export function splitValidation(inputs: Inputs, fraction: number): { training: Inputs; validation: Inputs } {
  const at = Math.floor(inputs.count * (1 - fraction));
  return { training: slice(inputs, 0, at), validation: slice(inputs, at, inputs.count) };
}

function slice(inputs: Inputs, from: number, to: number): Inputs {
  const width = inputs.labels.length / inputs.count;
  return {
    ...inputs,
    count: to - from,
    images: skipImages(inputs.images, from),
    labels: inputs.labels.subarray(from * width, to * width),
  };
}
