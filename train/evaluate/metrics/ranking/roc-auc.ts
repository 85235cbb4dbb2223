// Area under the ROC curve as the Mann-Whitney statistic: how often a positive scores above a negative, ties one half.

import { walkRuns, type Ranking, type Weights } from "./ranking.ts";

/** Exact; undefined unless there is a positive and a negative. */
export function rocAuc(ranking: Ranking, weights?: Weights): number | undefined {
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  walkRuns(ranking, weights, (truePositives, falsePositives) => {
    wins += (falsePositives - negatives) * (positives + (truePositives - positives) / 2);
    positives = truePositives;
    negatives = falsePositives;
  });
  return positives > 0 && negatives > 0 ? wins / (positives * negatives) : undefined;
}
