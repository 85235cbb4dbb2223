// Distances in feature space, on two features and two classes that can be worked out by hand.

import { expect, test } from "vitest";
import type { FeatureStatistics } from "../../src/bundle/feature-statistics.ts";
import { isOutOfDistribution } from "../../src/decision/out-of-distribution.ts";
import { mahalanobisDistance } from "../../src/decision/mahalanobis-distance.ts";

/** Covariance [[4, 0], [0, 1]]: the first feature counts half. Means [2, 0] and [-2, 5]. */
const statistics: FeatureStatistics = {
  features: 2,
  whitening: Float32Array.of(0.5, 0, 1),
  means: Float32Array.of(1, 0, -1, 5),
};

test.each([
  [[2, 0], 0],
  [[4, 0], 1],
  [[2, 1], 1],
  [[8, 4], 5],
  [[-2, 5], 0],
])("of %j is %f from the nearest mean", (row, distance) => {
  expect(mahalanobisDistance(Float32Array.from(row), statistics)).toBe(distance);
});

test("uses what lies below the diagonal of the whitening", () => {
  const skewed = { features: 2, whitening: Float32Array.of(1, -1, 1), means: Float32Array.of(0, 0) };
  expect(mahalanobisDistance(Float32Array.of(3, 3), skewed)).toBe(3);
});

test("a feature that is not a number is infinitely far", () => {
  expect(mahalanobisDistance(Float32Array.of(Number.NaN, 0), statistics)).toBe(Infinity);
});

test("the gate holds above the maximum distance, not at it", () => {
  const logits = Float32Array.of(1, 2);
  const gate = (maximumDistance: number) => ({ method: "mahalanobis", file: "ood.json", maximumDistance }) as const;
  const far = { row: Float32Array.of(8, 4), statistics };
  expect(isOutOfDistribution(gate(5), "binary", logits, far)).toBe(false);
  expect(isOutOfDistribution(gate(4.999), "binary", logits, far)).toBe(true);
  expect(() => isOutOfDistribution(gate(5), "binary", logits, undefined)).toThrow("there are none");
});
