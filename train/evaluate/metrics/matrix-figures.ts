// Figures of a confusion matrix, rows the truth and columns the prediction. Entries may be weighted counts.

import type { ConfusionMatrix } from "../figures/confusion.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The mean recall over the classes that occur; undefined when none does. */
export function balancedAccuracy(matrix: ConfusionMatrix): number | undefined {
  const recalls = matrix.flatMap((row, i) => (sum(row) > 0 ? [row[i] / sum(row)] : []));
  return recalls.length > 0 ? sum(recalls) / recalls.length : undefined;
}

/** The harmonic mean of precision and recall of one class; undefined when it neither occurs nor is predicted. */
export function f1(matrix: ConfusionMatrix, label: number): number | undefined {
  const occurs = sum(matrix[label]);
  const predicted = sum(matrix.map((row) => row[label]));
  return occurs + predicted > 0 ? (2 * matrix[label][label]) / (occurs + predicted) : undefined;
}

/** The mean F1 over the classes that occur or are predicted. */
export function macroF1(matrix: ConfusionMatrix): number | undefined {
  const values = matrix.flatMap((_, label) => f1(matrix, label) ?? []);
  return values.length > 0 ? sum(values) / values.length : undefined;
}
