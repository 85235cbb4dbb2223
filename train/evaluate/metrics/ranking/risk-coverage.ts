// What abstaining would buy: the error rate among the answers kept, when the least confident are withheld first
// (El-Yaniv and Wiener 2010), and the area under that curve (Geifman and El-Yaniv 2017).

import { walkRuns, type Ranking, type Weights } from "./ranking.ts";

/** Answers whose confidence is at least `confidence` are kept. */
export type RiskCoveragePoint = { confidence: number; coverage: number; risk: number };

/** `ranking` is by confidence, its positives the errors. One point a distinct confidence, the most confident first. */
export function toRiskCoverage(ranking: Ranking): RiskCoveragePoint[] {
  const points: RiskCoveragePoint[] = [];
  walkRuns(ranking, undefined, (errors, correct, run) =>
    points.push({
      confidence: ranking.runScores[run],
      coverage: (errors + correct) / ranking.order.length,
      risk: errors / (errors + correct),
    }),
  );
  return points;
}

/** The mean risk over all coverages; equal confidences are kept or withheld together. Undefined without samples. */
export function riskCoverageArea(ranking: Ranking, weights?: Weights): number | undefined {
  let kept = 0;
  let area = 0;
  walkRuns(ranking, weights, (errors, correct) => {
    const added = errors + correct - kept;
    kept = errors + correct;
    if (added > 0) area += (added * errors) / kept;
  });
  return kept > 0 ? area / kept : undefined;
}
