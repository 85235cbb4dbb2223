// Labelled images in memory, as they were decoded: nothing is scaled before preprocessing.

import type { Pixels } from "../../src/image/pixels.ts";

/** `samples` holds count x height x width x channels integers from 0 to 255; `labels` an index into `classes` an image. */
export type LabelledImages = {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
  samples: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
};

export type Dataset = {
  name: string;
  /** Hex SHA-256 that pins the content: of the concatenated raw digests of its uncompressed files. */
  sha256: string;
  licence: string;
  citation: string;
  classes: string[];
  train: LabelledImages;
  test: LabelledImages;
};

/** A view, not a copy. */
export function imageAt(images: LabelledImages, index: number): Pixels {
  const { height, width, channels, samples } = images;
  const size = height * width * channels;
  return { height, width, channels, data: samples.subarray(index * size, (index + 1) * size), maxValue: 255 };
}
