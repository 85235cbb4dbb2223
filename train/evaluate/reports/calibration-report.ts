// How far stated probabilities are from what came true, before and after calibration.

import type { Manifest } from "../../../src/bundle/manifest.ts";
import { toCalibrationPairs, type CalibrationPairs } from "../figures/calibration-pairs.ts";
import { CALIBRATION_BINS, toReliabilityBins, type ReliabilityBin } from "../metrics/calibration-error.ts";
import type { Outcomes } from "../outcomes.ts";

export type CalibrationReport = {
  method: Manifest["calibration"];
  /** Whose probability is stated. */
  of: CalibrationPairs["of"];
  bins: typeof CALIBRATION_BINS;
  before: ReliabilityBin[];
  after: ReliabilityBin[];
};

export function reportCalibration(outcomes: Outcomes, method: Manifest["calibration"]): CalibrationReport {
  const after = toCalibrationPairs(outcomes, outcomes.probabilities);
  const before = toCalibrationPairs(outcomes, outcomes.rawProbabilities);
  return {
    method,
    of: after.of,
    bins: CALIBRATION_BINS,
    before: toReliabilityBins(before.stated, before.cameTrue),
    after: toReliabilityBins(after.stated, after.cameTrue),
  };
}
