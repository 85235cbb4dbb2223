// The threshold of a positive finding, chosen on validation images only.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { toRocPoints } from "../evaluate/metrics/ranking/operating-curves.ts";
import { rankScores } from "../evaluate/metrics/ranking/ranking.ts";

/**
 * Youden's J (1950) weighs both errors alike; the others keep one of them where it is wanted and the other least. A
 * threshold that was chosen before stays, and what it does to these images is measured.
 */
export type OperatingAim =
  | { aim: "youden" }
  | { aim: "threshold"; at: number }
  | { aim: "sensitivity"; atLeast: number }
  | { aim: "specificity"; atLeast: number };

export type ChosenPoint = { threshold: number; sensitivity: number; specificity: number };

export type OperatingPointReason = "one_class" | "aim_unreachable";

/** The threshold lies halfway to the next lower score, so that rounding changes no validation image's finding. */
export function chooseOperatingPoint(
  probabilities: ArrayLike<number>,
  isPositive: ArrayLike<number>,
  wanted: OperatingAim,
): Result<ChosenPoint, Failure<OperatingPointReason>> {
  const points = toRocPoints(rankScores(probabilities, isPositive));
  if (points.length === 0)
    return fail("one_class", "the validation images show one class only; no threshold can be chosen on them");
  if (wanted.aim === "threshold") return ok(measureThreshold(probabilities, isPositive, wanted.at));
  const usable = points.filter((point) => wanted.aim === "youden" || point[wanted.aim] >= wanted.atLeast);
  const worth = ({ sensitivity, specificity }: ChosenPoint) =>
    wanted.aim === "youden" ? sensitivity + specificity : wanted.aim === "sensitivity" ? specificity : sensitivity;
  if (usable.length === 0)
    return fail("aim_unreachable", "no threshold reaches the wanted specificity on the validation images");
  const best = usable.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const next = points[points.indexOf(best) + 1]?.threshold ?? 0;
  return ok({ ...best, threshold: (best.threshold + next) / 2 });
}

/** As decisions are made: a probability that reaches the threshold is a positive finding. */
function measureThreshold(
  probabilities: ArrayLike<number>,
  isPositive: ArrayLike<number>,
  threshold: number,
): ChosenPoint {
  const counted = { found: 0, positive: 0, cleared: 0, negative: 0 };
  for (let i = 0; i < probabilities.length; i++) {
    const isFound = probabilities[i] >= threshold;
    if (isPositive[i]) counted.found += Number(isFound);
    else counted.cleared += Number(!isFound);
    counted[isPositive[i] ? "positive" : "negative"]++;
  }
  return {
    threshold,
    sensitivity: counted.found / counted.positive,
    specificity: counted.cleared / counted.negative,
  };
}
