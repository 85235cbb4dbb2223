// What abstaining does: how many images are answered, and how wrong the answers are that remain.

import type { Verdict } from "../../../src/decision/decide.ts";
import { toBootstrapFigures } from "../metrics/uncertainty/bootstrap-figures.ts";
import { toShare, type Figure } from "../metrics/figure.ts";
import { rankScores } from "../metrics/ranking/ranking.ts";
import { riskCoverageArea, toRiskCoverage } from "../metrics/ranking/risk-coverage.ts";
import { thinPoints } from "../metrics/ranking/thin-points.ts";
import type { MeasureOptions } from "../figures/measure-figures.ts";
import type { Outcomes } from "../outcomes.ts";

export type SelectiveReport = {
  /** The mean risk over all coverages, were images withheld by their best probability alone. */
  area: Figure;
  /** Rows of [least probability answered, coverage, risk], the strictest first. */
  curve: number[][];
  /** What the manifest's limits do: the share answered, the error rate among those, and why the rest is withheld. */
  coverage: Figure;
  risk: Figure;
  withheld: { lowProbability: number; outOfDistribution: number };
};

const MAX_POINTS = 200;

/** For tasks whose labels exclude each other. */
export function reportSelective(
  { count, truth, answer, probabilities }: Outcomes,
  verdicts: readonly Verdict[],
  { seed, groups }: MeasureOptions,
): SelectiveReport {
  const isError = Uint8Array.from(truth, (label, i) => Number(label !== answer[i]));
  const confidences = Float64Array.from({ length: count }, (_, i) => Math.max(...probabilities.map((of) => of[i])));
  const ranking = rankScores(confidences, isError);
  const answered = [...verdicts.keys()].filter((i) => verdicts[i].decision.outcome !== "abstain");
  const withheldFor = (reason: string) =>
    verdicts.filter(({ decision }) => decision.outcome === "abstain" && decision.reason === reason).length;
  const { area } = toBootstrapFigures({ strata: truth, groups }, seed, (weights) => ({
    area: riskCoverageArea(ranking, weights),
  }));
  return {
    area,
    curve: thinPoints(toRiskCoverage(ranking), MAX_POINTS).map(({ confidence, coverage, risk }) =>
      [confidence, coverage, risk].map((value) => Number(value.toPrecision(5))),
    ),
    coverage: toShare(answered.length, count),
    risk: toShare(answered.filter((i) => isError[i]).length, answered.length),
    withheld: { lowProbability: withheldFor("low_probability"), outOfDistribution: withheldFor("out_of_distribution") },
  };
}
