// Labels as the soft targets and weights that the loss takes.

import type { Task } from "../../data/dataset.ts";
import type { LossOptions } from "../gradients/loss.ts";

/** One row of `classes` targets from 0 to 1 an image; multilabel labels are rows of 0 or 1 already. */
export function toTargets(
  labels: Uint8Array,
  task: Task,
  classes: number,
  { labelSmoothing }: LossOptions,
): Float32Array<ArrayBuffer> {
  if (task === "multilabel")
    return Float32Array.from(labels, (label) => label * (1 - labelSmoothing) + labelSmoothing / 2);
  const targets = new Float32Array(labels.length * classes).fill(labelSmoothing / classes);
  labels.forEach((label, i) => (targets[i * classes + label] += 1 - labelSmoothing));
  return targets;
}

/** One weight an image; their mean over the training images is 1. */
export function toImageWeights(
  labels: Uint8Array,
  task: Task,
  classes: number,
  { classWeights }: LossOptions,
): Float32Array<ArrayBuffer> {
  const count = task === "multilabel" ? labels.length / classes : labels.length;
  if (classWeights === "none" || task === "multilabel") return new Float32Array(count).fill(1);
  const frequency = new Uint32Array(classes);
  for (const label of labels) frequency[label]++;
  const present = frequency.filter((images) => images > 0).length;
  return Float32Array.from(labels, (label) => count / (present * frequency[label]));
}
