// The images that levels are chosen on, the same ones for the same seed.

import { sampleIndices } from "../evaluate/images/sample-indices.ts";
import type { Inputs } from "../fit/inputs.ts";
import { readImages } from "../pipeline/stored-images.ts";

export type CalibrationImages = {
  images: Float32Array[];
  /** The first so many are validation images, whose answers count. */
  answered: number;
  /** Of those, as in a data set's split: one number an image, or one number a label. */
  truth: number[];
};

/**
 * Validation images, and training images after them where there are not `count`: ranges that are chosen on few images fit
 * those, and the error on them is half of what it is on others.
 */
export function pickCalibrationImages(
  { validation, training }: { validation: Inputs; training: Inputs },
  count: number,
  seed: number,
): CalibrationImages {
  const indices = sampleIndices(validation.count, count, seed);
  const more = sampleIndices(training.count, count - indices.length, seed);
  const width = validation.labels.length / validation.count;
  const imagesOf = ({ images }: Inputs, at: readonly number[]) => at.map((index) => readImages(images, [index]));
  return {
    images: [...imagesOf(validation, indices), ...imagesOf(training, more)],
    answered: indices.length,
    truth: indices.flatMap((index) => [...validation.labels.subarray(index * width, (index + 1) * width)]),
  };
}
