// What a threshold promised on the images it was chosen on, beside what it does on images it was not.

import type { Manifest } from "../../../src/bundle/manifest.ts";
import type { Figure } from "../metrics/figure.ts";
import type { DetectionFigures } from "../figures/measure-figures.ts";

export type OperatingRow = {
  label: string;
  threshold: number;
  chosenOn: { images: string; sensitivity: number; specificity: number };
  test: { sensitivity: Figure; specificity: Figure };
};

/** No row for a policy without thresholds. */
export function reportOperatingPoints(
  { decision, labels }: Pick<Manifest, "decision" | "labels">,
  detection: readonly DetectionFigures[],
): OperatingRow[] {
  return toThresholds({ decision, labels }).flatMap(({ label, threshold, operatingPoint }) => {
    const figures = detection.find((row) => row.label === label);
    if (!figures) return [];
    const { chosenOn, sensitivity, specificity } = operatingPoint;
    return {
      label,
      threshold,
      chosenOn: { images: chosenOn, sensitivity, specificity },
      test: { sensitivity: figures.sensitivity, specificity: figures.specificity },
    };
  });
}

function toThresholds({ decision, labels }: Pick<Manifest, "decision" | "labels">) {
  switch (decision.policy) {
    case "argmax":
      return [];
    case "threshold":
      return [
        { label: decision.positiveLabel, threshold: decision.threshold, operatingPoint: decision.operatingPoint },
      ];
    case "thresholds":
      return decision.thresholds.map((threshold, i) => ({ label: labels[i].name, ...threshold }));
  }
}
