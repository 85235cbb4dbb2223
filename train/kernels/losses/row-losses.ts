// Losses of rows of scores and their gradients by kernels of ours, whichever backend the scores come from.
import type { Task } from "../../data/dataset.ts";
import { FLOAT_BYTES, type Workspace } from "../workspace.ts";

/** Scores and targets are [rows, classes], weights [rows]. */
export type ScoredRows = { scores: Float32Array; targets: Float32Array; weights: Float32Array };

/**
 * The sum over the rows of weight x loss, its gradient in each score, and how many rows have their largest score where their
 * largest target is. The gradient stands in the workspace until that is laid out again.
 */
export type RowLosses = { loss: number; gradient: Float32Array; correct: number };

/** Cross-entropy of softmax, focused by an exponent that may be 0; of several labels, the mean of their sigmoids'. */
export function rowLosses(
  workspace: Workspace,
  task: Task,
  { scores, targets, weights }: ScoredRows,
  focalGamma: number,
): RowLosses {
  const { kernels, floats, layOut } = workspace;
  const rows = weights.length;
  const classes = scores.length / rows;
  const [scoresAt, targetsAt, gradientAt, weightsAt, slopesAt] = layOut(
    scores.byteLength,
    scores.byteLength,
    scores.byteLength,
    rows * FLOAT_BYTES,
    classes * Float64Array.BYTES_PER_ELEMENT,
  );
  floats(scoresAt, scores.length).set(scores);
  floats(targetsAt, scores.length).set(targets);
  floats(weightsAt, rows).set(weights);
  const loss =
    task === "multilabel"
      ? kernels.sigmoidLosses(rows, classes, scoresAt, targetsAt, weightsAt, gradientAt)
      : kernels.softmaxLosses(rows, classes, scoresAt, targetsAt, weightsAt, focalGamma, slopesAt, gradientAt);
  const correct = kernels.countCorrect(rows, classes, scoresAt, targetsAt);
  return { loss, gradient: floats(gradientAt, scores.length), correct };
}
