// How far an image's features are from the nearest class of the training data (Lee et al. 2018, "A Simple Unified
// Framework for Detecting Out-of-Distribution Samples").

import type { FeatureStatistics } from "../bundle/feature-statistics.ts";

/** The Mahalanobis distance from the nearest class mean, in standard deviations of the shared covariance. */
export function mahalanobisDistance(
  features: Float32Array,
  { features: count, whitening, means }: FeatureStatistics,
): number {
  const whitened = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) whitened[row] += whitening[at++] * features[column];
  }
  let nearest = Infinity;
  for (let from = 0; from < means.length; from += count) {
    const squares = whitened.reduce((sum, value, i) => sum + (value - means[from + i]) ** 2, 0);
    // Infinity stays when a feature is not a number.
    if (squares < nearest) nearest = squares;
  }
  return Math.sqrt(nearest);
}
