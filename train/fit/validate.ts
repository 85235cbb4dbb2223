// Loss and accuracy of logits against labels, in double precision and without the training loss's smoothing or weights.

import type { Task } from "../data/dataset.ts";

/** Accuracy of multilabel logits is the share of labels on the right side of 0. */
export function validate(
  logits: Float32Array,
  labels: Uint8Array,
  task: Task,
  classes: number,
): { loss: number; accuracy: number } {
  return task === "multilabel" ? validateLabels(logits, labels) : validateClasses(logits, labels, classes);
}

function validateClasses(logits: Float32Array, labels: Uint8Array, classes: number) {
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const largest = Math.max(...row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    loss += Math.log(total) + largest - row[labels[i]];
    if (row.indexOf(largest) === labels[i]) correct++;
  }
  return { loss: loss / labels.length, accuracy: correct / labels.length };
}

function validateLabels(logits: Float32Array, labels: Uint8Array) {
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    const logit = logits[i];
    loss += Math.max(logit, 0) - logit * labels[i] + Math.log1p(Math.exp(-Math.abs(logit)));
    if (logit > 0 === (labels[i] === 1)) correct++;
  }
  return { loss: loss / labels.length, accuracy: correct / labels.length };
}
