// The gate against inputs unlike the training data: of several scores the one that parts validation images best from
// images that are known to be strange, and its limit for a wanted rate of false alarms.

import { rankScores } from "../../evaluate/metrics/ranking/ranking.ts";
import { rocAuc } from "../../evaluate/metrics/ranking/roc-auc.ts";

/** Scores are higher for stranger images. */
export type GateScores<Method extends string> = {
  method: Method;
  familiar: readonly number[];
  strange: readonly number[];
};

/** What the gate does on the images it was chosen on. */
export type ChosenGate<Method extends string> = {
  method: Method;
  limit: number;
  auc: number;
  falseAlarms: number;
  caught: number;
};

/** Undefined without familiar or strange images, or when no method tells them apart better than chance. */
export function chooseGate<Method extends string>(
  candidates: readonly GateScores<Method>[],
  falseAlarmsAtMost: number,
): ChosenGate<Method> | undefined {
  return candidates
    .flatMap((candidate) => toGate(candidate, falseAlarmsAtMost) ?? [])
    .filter(({ auc }) => auc > 0.5)
    .reduce<ChosenGate<Method> | undefined>((best, gate) => (best && best.auc >= gate.auc ? best : gate), undefined);
}

function toGate<Method extends string>(
  { method, familiar, strange }: GateScores<Method>,
  falseAlarmsAtMost: number,
): ChosenGate<Method> | undefined {
  const scores = [...familiar, ...strange];
  const auc = rocAuc(
    rankScores(
      scores,
      scores.map((_, i) => Number(i >= familiar.length)),
    ),
  );
  if (auc === undefined) return undefined;
  // A score at the limit passes, so as many may lie above it as false alarms are allowed.
  const sorted = familiar.toSorted((a, b) => a - b);
  const limit = sorted[sorted.length - 1 - Math.floor(falseAlarmsAtMost * (sorted.length - 1))];
  const shareAbove = (values: readonly number[]) => values.filter((value) => value > limit).length / values.length;
  return { method, limit, auc, falseAlarms: shareAbove(familiar), caught: shareAbove(strange) };
}
