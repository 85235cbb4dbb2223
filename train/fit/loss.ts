// The loss of a batch: cross-entropy against soft targets, so that smoothing and mixup are the same thing to it.

import { clipByValue, customGrad, log, mul, scalar, tensor2d, type Scalar, type Tensor2D } from "@tensorflow/tfjs-core";
import type { Task } from "../data/dataset.ts";
import { sigmoidLosses, softmaxLosses } from "./row-losses.ts";

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

/**
 * Sum over the rows of weight x loss; logits and targets are [rows, classes], weights [rows]. One operation with a gradient
 * of its own, because logits are few and operators that make up a loss are many.
 */
export function sumLoss(
  task: Task,
  logits: Tensor2D,
  targets: Float32Array,
  weights: Float32Array,
  focalGamma: number,
): Scalar {
  const operation = customGrad((x) => {
    const scores = (x as Tensor2D).dataSync<"float32">();
    const { loss, gradient } =
      task === "multilabel"
        ? sigmoidLosses(scores, targets, weights)
        : softmaxLosses(scores, targets, weights, focalGamma);
    return { value: scalar(loss), gradFunc: (dy) => mul(dy, tensor2d(gradient, logits.shape)) };
  });
  return operation(logits) as Scalar;
}
