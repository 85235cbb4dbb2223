// The points of the ROC and precision-recall curves: what each possible threshold would do.

import { walkRuns, type Ranking } from "./ranking.ts";

/** `threshold` counts a score at it as positive. */
export type RocPoint = { threshold: number; sensitivity: number; specificity: number };
export type PrecisionRecallPoint = { threshold: number; precision: number; recall: number };

/** One point a distinct score, the strictest first; none unless there is a positive and a negative. */
export function toRocPoints(ranking: Ranking): RocPoint[] {
  const { positives, negatives } = countTruth(ranking);
  const points: RocPoint[] = [];
  if (positives === 0 || negatives === 0) return points;
  walkRuns(ranking, undefined, (truePositives, falsePositives, run) =>
    points.push({
      threshold: ranking.runScores[run],
      sensitivity: truePositives / positives,
      specificity: 1 - falsePositives / negatives,
    }),
  );
  return points;
}

/** One point a distinct score, the strictest first; none without a positive. */
export function toPrecisionRecallPoints(ranking: Ranking): PrecisionRecallPoint[] {
  const { positives } = countTruth(ranking);
  const points: PrecisionRecallPoint[] = [];
  if (positives === 0) return points;
  walkRuns(ranking, undefined, (truePositives, falsePositives, run) =>
    points.push({
      threshold: ranking.runScores[run],
      precision: truePositives / (truePositives + falsePositives),
      recall: truePositives / positives,
    }),
  );
  return points;
}

function countTruth({ positives }: Ranking): { positives: number; negatives: number } {
  const count = positives.reduce((sum, value) => sum + value, 0);
  return { positives: count, negatives: positives.length - count };
}
