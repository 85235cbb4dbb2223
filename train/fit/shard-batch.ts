// The images and targets of one shard of a batch, augmented.

import { augment, imageRandom, type Augmentation, type ImageShape } from "./augment.ts";

/** Everything a worker reads of the training images; the arrays are shared between threads. */
export type TrainingArrays = {
  shape: ImageShape;
  classes: number;
  /** count x height x width x channels. */
  values: Float32Array;
  /** count x classes. */
  targets: Float32Array;
  /** count. */
  weights: Float32Array;
  /** The input of a background sample, one value a channel. */
  background: readonly number[];
};

export type ShardBatch = {
  images: Float32Array<ArrayBuffer>;
  targets: Float32Array<ArrayBuffer>;
  weights: Float32Array<ArrayBuffer>;
};

export function gatherShard(
  arrays: TrainingArrays,
  indices: Uint32Array,
  augmentation: Augmentation | undefined,
  seed: number,
  epoch: number,
): ShardBatch {
  const { shape, classes, values, targets, weights, background } = arrays;
  const size = shape[0] * shape[1] * shape[2];
  const batch: ShardBatch = {
    images: new Float32Array(indices.length * size),
    targets: new Float32Array(indices.length * classes),
    weights: Float32Array.from(indices, (index) => weights[index]),
  };
  indices.forEach((index, i) => {
    const source = values.subarray(index * size, (index + 1) * size);
    const target = batch.images.subarray(i * size, (i + 1) * size);
    if (augmentation) augment(source, target, shape, background, augmentation, imageRandom(seed, epoch, index));
    else target.set(source);
    batch.targets.set(targets.subarray(index * classes, (index + 1) * classes), i * classes);
  });
  if (augmentation?.mixup) mixUp(batch, indices, augmentation.mixup, seed, epoch);
  return batch;
}

/** Mixes each image with its neighbour in the shard, image and target alike. */
function mixUp(batch: ShardBatch, indices: Uint32Array, alpha: number, seed: number, epoch: number): void {
  const count = indices.length;
  const [size, classes] = [batch.images.length / count, batch.targets.length / count];
  const [images, targets] = [batch.images.slice(), batch.targets.slice()];
  for (let i = 0; i < count; i++) {
    const share = sampleBeta(alpha, imageRandom(seed, epoch, -1 - indices[i]));
    const partner = (i + 1) % count;
    for (let at = 0; at < size; at++)
      batch.images[i * size + at] += (1 - share) * (images[partner * size + at] - images[i * size + at]);
    for (let at = 0; at < classes; at++)
      batch.targets[i * classes + at] += (1 - share) * (targets[partner * classes + at] - targets[i * classes + at]);
  }
}

/** Beta(alpha, alpha) for alpha at most 1, by rejection (Jöhnk 1964); the larger share, so that an image stays itself. */
function sampleBeta(alpha: number, random: () => number): number {
  for (;;) {
    const a = random() ** (1 / alpha);
    const b = random() ** (1 / alpha);
    if (a + b <= 1 && a + b > 0) return Math.max(a, b) / (a + b);
  }
}
