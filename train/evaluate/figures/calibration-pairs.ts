// What was stated and whether it came true: the pairs that calibration is measured on.

import type { Outcomes } from "../outcomes.ts";

/** `columns` pairs an image, row by row. `of` says whose probability is stated. */
export type CalibrationPairs = {
  of: "positive label" | "best label" | "every label";
  stated: Float64Array;
  cameTrue: Uint8Array;
  columns: number;
};

/** `probabilities` are the outcomes' own, or those before calibration. */
export function toCalibrationPairs(
  { task, count, labels, detected, isTrue, truth }: Outcomes,
  probabilities: readonly Float64Array[],
): CalibrationPairs {
  switch (task) {
    case "binary": {
      const [positive] = detected;
      return { of: "positive label", stated: probabilities[positive], cameTrue: isTrue[positive], columns: 1 };
    }
    case "multiclass": {
      const best = Uint16Array.from({ length: count }, (_, i) =>
        labels.reduce((a, _label, b) => (probabilities[b][i] > probabilities[a][i] ? b : a), 0),
      );
      const stated = Float64Array.from(best, (label, i) => probabilities[label][i]);
      const cameTrue = Uint8Array.from(best, (label, i) => Number(label === truth[i]));
      return { of: "best label", stated, cameTrue, columns: 1 };
    }
    case "multilabel": {
      const columns = labels.length;
      const cells = Array.from({ length: count * columns }, (_, at) => [at % columns, Math.floor(at / columns)]);
      return {
        of: "every label",
        stated: Float64Array.from(cells, ([label, i]) => probabilities[label][i]),
        cameTrue: Uint8Array.from(cells, ([label, i]) => isTrue[label][i]),
        columns,
      };
    }
  }
}
