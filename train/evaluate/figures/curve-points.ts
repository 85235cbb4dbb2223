// The ROC and precision-recall curves of each detected label, with no more points than a figure can show.

import { toPrecisionRecallPoints, toRocPoints } from "../metrics/ranking/operating-curves.ts";
import { rankScores } from "../metrics/ranking/ranking.ts";
import { keepCorners, thinPoints } from "../metrics/ranking/thin-points.ts";
import type { Outcomes } from "../outcomes.ts";

/** Rows of [threshold, sensitivity, specificity] and of [threshold, precision, recall], the strictest first. */
export type CurvePoints = { label: string; roc: number[][]; precisionRecall: number[][] };

const MAX_POINTS = 200;

/** With many labels each curve gets its share of the points. */
export function toCurvePoints({ detected, labels, isTrue, probabilities }: Outcomes): CurvePoints[] {
  const limit = Math.max(20, Math.floor(MAX_POINTS / detected.length));
  return detected.map((label) => {
    const ranking = rankScores(probabilities[label], isTrue[label]);
    const roc = keepCorners(
      toRocPoints(ranking),
      ({ specificity }) => specificity,
      ({ sensitivity }) => sensitivity,
    );
    const precisionRecall = keepCorners(
      toPrecisionRecallPoints(ranking),
      ({ recall }) => recall,
      ({ precision }) => precision,
    );
    return {
      label: labels[label],
      roc: thinPoints(roc, limit).map((p) => [p.threshold, p.sensitivity, p.specificity].map(round)),
      precisionRecall: thinPoints(precisionRecall, limit).map((p) => [p.threshold, p.precision, p.recall].map(round)),
    };
  });
}

const round = (value: number): number => Number(value.toPrecision(5));
