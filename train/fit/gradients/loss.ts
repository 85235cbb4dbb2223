// The loss of a batch: cross-entropy against soft targets, so that smoothing and mixup are the same thing to it.

import {
  backend,
  clipByValue,
  customGrad,
  log,
  mul,
  scalar,
  tensor2d,
  type GradSaveFunc,
  type Scalar,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import type { Task } from "../../data/dataset.ts";
import { rowLosses } from "../../kernels/losses/row-losses.ts";
import { workspaceOf } from "../../kernels/workspace.ts";

export type LossOptions = {
  /** Share of each target that is spread over all classes (Szegedy et al. 2016). */
  labelSmoothing: number;
  /** `balanced` weights a class by the inverse of its frequency, with a mean weight of 1 an image. */
  classWeights: "none" | "balanced";
  /** Exponent of the focal loss (Lin et al. 2017), which turns down what is already well classified; 0 is cross-entropy. */
  focalGamma: number;
};

/** The probability below which Keras' cross-entropy on probabilities does not go. */
const SMALLEST_PROBABILITY = 1e-7;

/** Scores before softmax or sigmoid of a network whose last layer may already have applied one. */
export function toLogits(output: Tensor2D, endsInProbabilities: boolean): Tensor2D {
  return endsInProbabilities ? log(clipByValue(output, SMALLEST_PROBABILITY, 1)) : output;
}

/** The sum over the images of weight x loss, and how many of them are classified as their largest target says. */
export type BatchLoss = { sum: Scalar; correct: number };

/**
 * Logits and targets are [images, classes], weights [images]. One operation with a gradient of its own, because logits are
 * few and operators that make up a loss are many.
 */
export function sumLoss(
  task: Task,
  logits: Tensor2D,
  { targets, weights }: { targets: Float32Array; weights: Float32Array },
  focalGamma: number,
): BatchLoss {
  let correct = 0;
  const operation = customGrad((x, save) => {
    const scores = (x as Tensor2D).dataSync<"float32">();
    const losses = rowLosses(workspaceOf(backend()), task, { scores, targets, weights }, focalGamma);
    correct = losses.correct;
    // A copy of what is in the workspace, whatever the backend makes of arrays that it is given.
    (save as GradSaveFunc)([tensor2d(losses.gradient.slice(), logits.shape)]);
    return { value: scalar(losses.loss), gradFunc: (dy, [gradient]) => mul(dy, gradient) };
  });
  return { sum: operation(logits) as Scalar, correct };
}
