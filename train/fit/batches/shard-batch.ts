// The images and targets of one shard of a batch, augmented.

import { createSharedArray } from "../../pipeline/shared-array.ts";
import { readImage, type StoredImages } from "../../pipeline/stored-images.ts";
import { augment, imageRandom, type Augmentation, type ImageShape } from "./augment.ts";

/** Everything a worker reads of the training images; what is large is shared between threads. */
export type TrainingArrays = {
  shape: ImageShape;
  classes: number;
  images: StoredImages;
  /** count x classes. */
  targets: Float32Array;
  /** count. */
  weights: Float32Array;
  /** The input of a background sample, one value a channel. */
  background: readonly number[];
};

/** Images, a row of targets and a weight an image. */
export type ShardBatch = { images: Float32Array; targets: Float32Array; weights: Float32Array };

/** Room for the largest shard of a run, shared between threads. */
export function createShardBatch(images: number, imageSize: number, classes: number): ShardBatch {
  return {
    images: createSharedArray(images * imageSize),
    targets: createSharedArray(images * classes),
    weights: createSharedArray(images),
  };
}

/** The first `count` images of a batch with room for more. */
export function takeFirst({ images, targets, weights }: ShardBatch, count: number): ShardBatch {
  const part = (values: Float32Array) => values.subarray(0, (values.length / weights.length) * count);
  return { images: part(images), targets: part(targets), weights: part(weights) };
}

/** What a shard is made of, to the last bit. */
export type ShardPlan = { indices: Uint32Array; epoch: number; seed: number; augmentation: Augmentation | undefined };

/** Fills `batch`, which has room for exactly these images. */
export function gatherShard(arrays: TrainingArrays, plan: ShardPlan, batch: ShardBatch): void {
  const { indices, epoch, seed, augmentation } = plan;
  const { shape, classes, images, targets, weights, background } = arrays;
  const source = new Float32Array(images.size);
  indices.forEach((index, i) => {
    readImage(images, index, source);
    const target = batch.images.subarray(i * images.size, (i + 1) * images.size);
    if (augmentation) augment(source, target, shape, background, augmentation, imageRandom(seed, epoch, index));
    else target.set(source);
    batch.targets.set(targets.subarray(index * classes, (index + 1) * classes), i * classes);
    batch.weights[i] = weights[index];
  });
  if (augmentation?.mixup) mixUp(batch, indices, augmentation.mixup, seed, epoch);
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
