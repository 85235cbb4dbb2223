// The decision policy that fits a task, with its thresholds.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import {
  chooseOperatingPoint,
  type ChosenPoint,
  type OperatingAim,
  type OperatingPointReason,
} from "./choose-operating-point.ts";

/** `rows` has a row of calibrated probabilities an image; `truth` is as in a data set's split. Nothing is abstained from. */
export function fitPolicy(
  { task, labels }: Pick<Manifest, "task" | "labels">,
  { operatingPoint = { aim: "youden" }, ...plan }: { operatingPoint?: OperatingAim; positiveLabel?: string },
  rows: readonly number[][],
  truth: ArrayLike<number>,
): Result<Manifest["decision"], Failure<OperatingPointReason>> {
  const choose = (label: number, isPositive: number[]) =>
    chooseOperatingPoint(
      rows.map((row) => row[label]),
      isPositive,
      operatingPoint,
    );
  switch (task) {
    case "multiclass":
      return ok({ policy: "argmax", abstention: {} });
    case "binary": {
      const positiveLabel = plan.positiveLabel ?? labels[1].name;
      const positive = labels.findIndex(({ name }) => name === positiveLabel);
      const point = choose(
        positive,
        rows.map((_, i) => Number(truth[i] === positive)),
      );
      if (!point.ok) return point;
      return ok({ policy: "threshold", positiveLabel, ...toManifestPoint(point.value), abstention: {} });
    }
    case "multilabel": {
      const thresholds: ReturnType<typeof toManifestPoint>[] = [];
      for (const label of labels.keys()) {
        const point = choose(
          label,
          rows.map((_, i) => truth[i * labels.length + label]),
        );
        if (!point.ok) return point;
        thresholds.push(toManifestPoint(point.value));
      }
      return ok({ policy: "thresholds", thresholds, abstention: {} });
    }
  }
}

const toManifestPoint = ({ threshold, sensitivity, specificity }: ChosenPoint) => ({
  threshold,
  operatingPoint: { chosenOn: "validation split", sensitivity, specificity },
});
