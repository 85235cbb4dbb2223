// A forward and a backward pass: the gradients of every weight of a network, in the order of `model.weights`.

import { tensor4d, tidy, variableGrads, type Tensor2D, type Variable } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Task } from "../data/dataset.ts";
import { sumLoss, toLogits } from "./loss.ts";
import type { ShardBatch } from "./shard-batch.ts";

export type GradientOptions = {
  shape: readonly [height: number, width: number, channels: number];
  endsInProbabilities: boolean;
  task: Task;
  focalGamma: number;
};

/** The sum of the images' weighted losses, and how many are classified as their largest target says. */
export type BatchScore = { lossSum: number; correct: number };

/** Writes the sum of the images' gradients into `target`, and what the pass made of weights that are not trained. */
export function computeGradients(
  model: LayersModel,
  batch: ShardBatch,
  { shape, endsInProbabilities, task, focalGamma }: GradientOptions,
  target: Float32Array,
): BatchScore {
  let correct = 0;
  const { value, grads } = tidy(() => {
    // A copy, because not every backend takes shared memory.
    const images = tensor4d(batch.images.slice(), [batch.weights.length, ...shape]);
    const trainable = model.trainableWeights.map((weight) => weight.read() as Variable);
    return variableGrads(() => {
      const logits = toLogits(model.apply(images, { training: true }) as Tensor2D, endsInProbabilities);
      const loss = sumLoss(task, logits, batch, focalGamma);
      correct = loss.correct;
      return loss.sum;
    }, trainable);
  });
  let offset = 0;
  for (const weight of model.weights) {
    const variable = weight.read() as Variable;
    // The others are batch statistics, which the forward pass has moved.
    target.set((grads[variable.name] ?? variable).dataSync<"float32">(), offset);
    offset += variable.size;
  }
  const lossSum = value.dataSync()[0];
  value.dispose();
  for (const gradient of Object.values(grads)) gradient.dispose();
  return { lossSum, correct };
}
