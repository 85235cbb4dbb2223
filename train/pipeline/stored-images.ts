// Float32 images of one size side by side, in shared memory or in a file. They are described by plain data, so that
// worker threads can be told of them and read and write single ones.

import { readSync, writeSync } from "node:fs";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";

export type StoredImages = {
  /** Values an image. */
  size: number;
  /** Which of the images that stand there is the first of these. */
  first: number;
  /** A descriptor is the whole process's and open until the storage that made it is closed. */
  place: { values: Float32Array<SharedArrayBuffer> } | { descriptor: number };
};

/** Copies one image into `target`, which has its size. */
export function readImage({ size, first, place }: StoredImages, index: number, target: Float32Array): void {
  const from = (first + index) * size;
  if ("values" in place) return target.set(place.values.subarray(from, from + size));
  const read = readSync(place.descriptor, target, { position: 4 * from, length: 4 * size });
  if (read !== 4 * size) throw new Error(`image ${index} was read before it was written`);
}

/** A copy of the images at `indices`, one after the other. */
export function readImages(images: StoredImages, indices: readonly number[]): Float32Array<ArrayBuffer> {
  const values = new Float32Array(indices.length * images.size);
  indices.forEach((index, i) => readImage(images, index, values.subarray(i * images.size, (i + 1) * images.size)));
  return values;
}

export function writeImage(
  { size, first, place }: StoredImages,
  index: number,
  values: Float32Array,
): Result<null, Failure<"storage_failed">> {
  const from = (first + index) * size;
  if ("values" in place) {
    place.values.set(values, from);
    return ok(null);
  }
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(place.descriptor, bytes, at, bytes.length - at, 4 * from + at);
    return ok(null);
  } catch (error) {
    return fail("storage_failed", `the preprocessed image cannot be kept: ${(error as Error).message}`);
  }
}

export const skipImages = (images: StoredImages, count: number): StoredImages => ({
  ...images,
  first: images.first + count,
});
