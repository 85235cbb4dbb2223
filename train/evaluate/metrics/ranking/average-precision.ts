// Average precision: the precision at each distinct score, weighted by the recall it adds. No interpolation, which would
// flatter (Davis and Goadrich 2006); the definition is scikit-learn's.

import { walkRuns, type Ranking, type Weights } from "./ranking.ts";

/** Undefined without a positive. */
export function averagePrecision(ranking: Ranking, weights?: Weights): number | undefined {
  let positives = 0;
  let sum = 0;
  walkRuns(ranking, weights, (truePositives, falsePositives) => {
    const added = truePositives - positives;
    if (added > 0) sum += (added * truePositives) / (truePositives + falsePositives);
    positives = truePositives;
  });
  return positives > 0 ? sum / positives : undefined;
}
