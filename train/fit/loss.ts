// The loss of a batch: cross-entropy against soft targets, so that smoothing and mixup are the same thing to it.

import {
  add,
  clipByValue,
  log,
  log1p,
  logSoftmax,
  mul,
  neg,
  exp,
  pow,
  relu,
  sub,
  sum,
  abs,
  tidy,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import type { Task } from "../data/dataset.ts";

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

/** Sum over the rows of weight x loss; logits and targets are [rows, classes], weights [rows]. */
export function sumLoss(
  task: Task,
  logits: Tensor2D,
  targets: Tensor2D,
  weights: Tensor1D,
  focalGamma: number,
): Scalar {
  return tidy(() => {
    const losses = task === "multilabel" ? sigmoidLosses(logits, targets) : softmaxLosses(logits, targets, focalGamma);
    return sum(mul(losses, weights));
  });
}

/** [rows] */
function softmaxLosses(logits: Tensor2D, targets: Tensor2D, focalGamma: number): Tensor1D {
  const logProbabilities = logSoftmax(logits);
  const terms = mul(targets, logProbabilities);
  const focused = focalGamma === 0 ? terms : mul(terms, pow(sub(1, exp(logProbabilities)), focalGamma));
  return neg(sum(focused, 1));
}

/** Mean over the labels, [rows]: max(x, 0) - x z + log(1 + exp(-|x|)), which does not overflow. */
function sigmoidLosses(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  const losses = add(sub(relu(logits), mul(logits, targets)), log1p(exp(neg(abs(logits)))));
  return mul(sum(losses, 1), 1 / logits.shape[1]);
}
