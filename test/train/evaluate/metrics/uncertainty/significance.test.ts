// Tests of a difference, against SciPy (stats.binomtest, stats.norm.sf).

import { expect, test } from "vitest";
import { mcnemarExact } from "../../../../../train/evaluate/metrics/uncertainty/mcnemar.ts";
import { twoSidedP } from "../../../../../train/evaluate/metrics/uncertainty/normal.ts";

test.each([
  [1, 9, 0.021_484_375],
  [5, 5, 1],
  [0, 0, 1],
  [3, 10, 0.092_285_156_25],
  [0, 6, 0.031_25],
  [59, 6, 4.964_650_327_128_616e-12],
  [1000, 1100, 0.030_720_707_864_249_03],
])("McNemar of %i against %i", (onlyA, onlyB, p) => {
  expect(mcnemarExact(onlyA, onlyB) / p).toBeCloseTo(1, 9);
  expect(mcnemarExact(onlyB, onlyA) / p).toBeCloseTo(1, 9);
});

test.each([
  [0, 1],
  [0.5, 0.617_075_077_451_973_8],
  [-0.5, 0.617_075_077_451_973_8],
  [1.959_963_984_540_054, 0.05],
  [3, 0.002_699_796_063_260_186_6],
  [3.6, 0.000_318_217_180_317_300_67],
  [5, 5.733_031_437_583_866e-7],
  [8, 1.244_192_114_854_348e-15],
])("the two-sided p of z = %f", (z, p) => {
  expect(twoSidedP(z) / p).toBeCloseTo(1, 9);
});
