// The least probability at which an answer is given, chosen on validation images only.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { rankScores } from "../evaluate/metrics/ranking/ranking.ts";
import { toRiskCoverage } from "../evaluate/metrics/ranking/risk-coverage.ts";

/** Either the share of images that must be answered, or the error rate among the answers that must not be exceeded. */
export type AbstentionAim = { aim: "coverage"; atLeast: number } | { aim: "risk"; atMost: number };

/** What the limit does on the images it was chosen on; on others it does about that, and no bound is promised. */
export type ChosenLimit = { minimumProbability: number; coverage: number; risk: number };

/** `confidences` is each image's best probability, `isError` 1 where the answer is wrong. */
export function chooseAbstentionLimit(
  confidences: ArrayLike<number>,
  isError: ArrayLike<number>,
  wanted: AbstentionAim,
): Result<ChosenLimit, Failure<"aim_unreachable">> {
  const points = toRiskCoverage(rankScores(confidences, isError));
  const point =
    wanted.aim === "coverage"
      ? points.find(({ coverage }) => coverage >= wanted.atLeast)
      : points.findLast(({ risk }) => risk <= wanted.atMost);
  if (!point) return fail("aim_unreachable", "no limit keeps the error rate as low as wanted on the validation images");
  const { confidence, coverage, risk } = point;
  const next = points[points.indexOf(point) + 1]?.confidence ?? 0;
  return ok({ minimumProbability: (confidence + next) / 2, coverage, risk });
}
