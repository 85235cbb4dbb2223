// Figures of a multiclass classifier, all from its confusion matrix.

import { wilsonInterval } from "../metrics/uncertainty/wilson-interval.ts";

/** Rows are the truth, columns the prediction. */
export type ConfusionMatrix = number[][];

/** A proportion with its 95 % Wilson interval; undefined where it would divide by zero. */
export type Proportion = { value: number; interval95: [low: number, high: number] } | undefined;

export type ClassFigures = { label: string; support: number; precision: Proportion; recall: Proportion };

/** Counts each image as often as its weight says, or once. */
export function countConfusion(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
  weights?: ArrayLike<number>,
): ConfusionMatrix {
  const matrix = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]] += weights ? weights[i] : 1;
  return matrix;
}

export function toAccuracy(matrix: ConfusionMatrix): Proportion {
  const correct = matrix.reduce((sum, row, i) => sum + row[i], 0);
  return toProportion(correct, total(matrix.flat()));
}

export function toClassFigures(matrix: ConfusionMatrix, labels: readonly string[]): ClassFigures[] {
  return labels.map((label, i) => {
    const support = total(matrix[i]);
    const predicted = total(matrix.map((row) => row[i]));
    return {
      label,
      support,
      precision: toProportion(matrix[i][i], predicted),
      recall: toProportion(matrix[i][i], support),
    };
  });
}

const toProportion = (successes: number, trials: number): Proportion =>
  trials === 0 ? undefined : { value: successes / trials, interval95: wilsonInterval(successes, trials) };

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
