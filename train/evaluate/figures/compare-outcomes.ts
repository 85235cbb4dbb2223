// Is one model better than another? Both are judged on the same images, so differences are tested in pairs. Each figure
// is tested for itself; nothing corrects for there being several.

import { toCalibrationPairs } from "./calibration-pairs.ts";
import { countConfusion } from "./confusion.ts";
import { bootstrap, percentileInterval } from "../metrics/uncertainty/bootstrap.ts";
import { meanOf } from "../metrics/brier-score.ts";
import { delong } from "../metrics/uncertainty/delong.ts";
import type { Interval } from "../metrics/figure.ts";
import { balancedAccuracy } from "../metrics/matrix-figures.ts";
import { mcnemarExact } from "../metrics/uncertainty/mcnemar.ts";
import { twoSidedP, Z95 } from "../metrics/uncertainty/normal.ts";
import { rankScores, type Weights } from "../metrics/ranking/ranking.ts";
import { rocAuc } from "../metrics/ranking/roc-auc.ts";
import type { Outcomes } from "../outcomes.ts";

export type Difference = {
  figure: string;
  a: number;
  b: number;
  /** Of b minus a. */
  interval95: Interval;
  method: "McNemar exact" | "DeLong" | "paired bootstrap";
  /** Where the method gives one. */
  p?: number;
  /** What b is, against a. */
  verdict: "better" | "worse" | "not shown";
};

const SIGNIFICANT = 0.05;

/** The outcomes are of the same images in the same order, with the same labels. */
export function compareOutcomes(
  a: Outcomes,
  b: Outcomes,
  { seed, groups }: { seed: number; groups?: readonly string[] | undefined },
): Difference[] {
  const [rightA, rightB] = [toRight(a), toRight(b)];
  const [measureA, measureB] = [toMeasures(a), toMeasures(b)];
  const differences = bootstrap<string>({ strata: a.truth, groups }, seed, (weights) => {
    const [ofA, ofB] = [measureA(weights), measureB(weights)];
    return {
      accuracy: subtract(meanOf(rightB, weights), meanOf(rightA, weights)),
      ...Object.fromEntries(Object.keys(ofA).map((name) => [name, subtract(ofB[name], ofA[name])])),
    };
  });
  const intervalOf = (name: string) => percentileInterval(differences.map((row) => row[name]));
  const [ofA, ofB] = [measureA(), measureB()];
  return [
    ...compareAccuracy(rightA, rightB, intervalOf("accuracy")),
    ...(a.detected.length === 1 ? compareAuc(a, b) : []),
    ...Object.keys(ofA).flatMap((figure) => {
      if (figure === "AUC" && a.detected.length === 1) return [];
      const interval95 = intervalOf(figure);
      const [valueA, valueB] = [ofA[figure], ofB[figure]];
      if (valueA === undefined || valueB === undefined || !interval95) return [];
      const [low, high] = figure === "Brier score" ? [-interval95[1], -interval95[0]] : interval95;
      const verdict = low > 0 ? "better" : high < 0 ? "worse" : "not shown";
      return { figure, a: valueA, b: valueB, interval95, method: "paired bootstrap", verdict } as const;
    }),
  ];
}

function compareAccuracy(rightA: Uint8Array, rightB: Uint8Array, interval95: Interval | undefined): Difference[] {
  const [a, b] = [meanOf(rightA), meanOf(rightB)];
  if (a === undefined || b === undefined || !interval95) return [];
  const only = (one: Uint8Array, other: Uint8Array) => one.filter((right, i) => right && !other[i]).length;
  const p = mcnemarExact(only(rightA, rightB), only(rightB, rightA));
  return [{ figure: "accuracy", a, b, interval95, method: "McNemar exact", p, verdict: toVerdict(p, b - a) }];
}

function compareAuc(a: Outcomes, b: Outcomes): Difference[] {
  const [label] = a.detected;
  const both = delong([a.probabilities[label], b.probabilities[label]], a.isTrue[label]);
  if (!both) return [];
  const [areaA, areaB] = both.areas;
  const [[varianceA, shared], [, varianceB]] = both.covariance;
  const error = Math.sqrt(Math.max(0, varianceA + varianceB - 2 * shared));
  const difference = areaB - areaA;
  // Without an error there is no difference either, or there are too few images to see one.
  const p = error > 0 ? twoSidedP(difference / error) : 1;
  const interval95: Interval = [difference - Z95 * error, difference + Z95 * error];
  return [{ figure: "AUC", a: areaA, b: areaB, interval95, method: "DeLong", p, verdict: toVerdict(p, difference) }];
}

function toVerdict(p: number, difference: number): Difference["verdict"] {
  if (p >= SIGNIFICANT) return "not shown";
  return difference > 0 ? "better" : "worse";
}

/** 1 where every label of an image is right. */
const toRight = ({ count, labels, isTrue, isAnswered }: Outcomes): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) =>
    Number(labels.every((_label, at) => isTrue[at][i] === isAnswered[at][i])),
  );

function toMeasures(outcomes: Outcomes): (weights?: Weights) => Record<string, number | undefined> {
  const { task, labels, truth, answer, detected, isTrue, probabilities, count } = outcomes;
  const rankings = detected.map((label) => rankScores(probabilities[label], isTrue[label]));
  const { stated, cameTrue, columns } = toCalibrationPairs(outcomes, probabilities);
  const errors = new Float64Array(count);
  stated.forEach((value, at) => (errors[Math.floor(at / columns)] += (value - cameTrue[at]) ** 2 / columns));
  return (weights) => {
    const areas = rankings.flatMap((ranking) => rocAuc(ranking, weights) ?? []);
    return {
      AUC: areas.length > 0 ? areas.reduce((sum, area) => sum + area, 0) / areas.length : undefined,
      ...(task !== "multilabel" && {
        "balanced accuracy": balancedAccuracy(countConfusion(truth, answer, labels.length, weights)),
      }),
      "Brier score": meanOf(errors, weights),
    };
  };
}

const subtract = (b: number | undefined, a: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : b - a;
