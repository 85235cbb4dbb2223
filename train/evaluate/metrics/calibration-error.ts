// Expected calibration error: how far stated probabilities are from observed shares, over 15 equal-width bins
// (Naeini et al. 2015; the bin count of Guo et al. 2017).

import type { Weights } from "./ranking/ranking.ts";

export const CALIBRATION_BINS = 15;

/** What was said and what happened in one bin, both as means; a bin without samples is left out. */
export type ReliabilityBin = { from: number; to: number; count: number; stated: number; observed: number };

/** A probability on the border of two bins belongs to the lower one, as in Guo's code. */
export function toReliabilityBins(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: Weights,
): ReliabilityBin[] {
  const counts = new Float64Array(CALIBRATION_BINS);
  const stated = new Float64Array(CALIBRATION_BINS);
  const observed = new Float64Array(CALIBRATION_BINS);
  for (let i = 0; i < probabilities.length; i++) {
    const bin = Math.max(0, Math.ceil(probabilities[i] * CALIBRATION_BINS) - 1);
    const weight = weights ? weights[i] : 1;
    counts[bin] += weight;
    stated[bin] += weight * probabilities[i];
    observed[bin] += weight * outcomes[i];
  }
  return Array.from(counts, (count, bin) => ({
    from: bin / CALIBRATION_BINS,
    to: (bin + 1) / CALIBRATION_BINS,
    count,
    stated: stated[bin] / count,
    observed: observed[bin] / count,
  })).filter(({ count }) => count > 0);
}

/** Undefined without samples. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | undefined {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  return bins.reduce((sum, { count, stated, observed }) => sum + (count / total) * Math.abs(stated - observed), 0);
}
