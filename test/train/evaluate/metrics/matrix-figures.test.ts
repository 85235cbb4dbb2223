// Figures of a confusion matrix, against scikit-learn 1.7 (balanced_accuracy_score, f1_score, cohen_kappa_score).

import { describe, expect, test } from "vitest";
import { cohensKappa } from "../../../../train/evaluate/metrics/cohens-kappa.ts";
import { balancedAccuracy, f1, macroF1 } from "../../../../train/evaluate/metrics/matrix-figures.ts";

const matrix = [
  [11, 4, 1],
  [3, 20, 5],
  [0, 6, 10],
];
const perfect = [
  [3, 0],
  [0, 2],
];
const worst = [
  [0, 3],
  [2, 0],
];
const oneClass = [
  [4, 0],
  [0, 0],
];

test("balanced accuracy is the mean recall of the classes that occur", () => {
  expect(balancedAccuracy(matrix)).toBeCloseTo(0.675_595_238_095_238_2, 12);
  expect(balancedAccuracy(perfect)).toBe(1);
  expect(balancedAccuracy(worst)).toBe(0);
  expect(balancedAccuracy(oneClass)).toBe(1);
  expect(balancedAccuracy([[0]])).toBeUndefined();
});

test("F1 is the harmonic mean of precision and recall", () => {
  expect([0, 1, 2].map((label) => f1(matrix, label))).toEqual([
    expect.closeTo(0.733_333_333_333_333, 12),
    expect.closeTo(0.689_655_172_413_793, 12),
    expect.closeTo(0.625, 12),
  ]);
  expect(macroF1(matrix)).toBeCloseTo(0.682_662_835_249_042_1, 12);
  expect(macroF1(worst)).toBe(0);
});

test("F1 is undefined for a class that neither occurs nor is predicted", () => {
  expect(f1(oneClass, 1)).toBeUndefined();
  expect(macroF1(oneClass)).toBe(1);
  expect(macroF1([[0]])).toBeUndefined();
});

describe("kappa", () => {
  test("is the textbook's: 20, 5, 10, 15 agree by 0.4 beyond chance", () => {
    const textbook = [
      [20, 5],
      [10, 15],
    ];
    expect(cohensKappa(textbook, "none")).toBeCloseTo(0.4, 12);
  });

  test("forgives near misses with quadratic weights", () => {
    expect(cohensKappa(matrix, "none")).toBeCloseTo(0.5, 12);
    expect(cohensKappa(matrix, "quadratic")).toBeCloseTo(0.645_161_290_322_580_6, 12);
  });

  test("is 1 for perfect agreement, below 0 for the worst", () => {
    expect(cohensKappa(perfect, "none")).toBe(1);
    expect(cohensKappa(worst, "quadratic")).toBeLessThan(0);
  });

  test("is undefined where chance alone would agree, and without samples", () => {
    expect(cohensKappa(oneClass, "none")).toBeUndefined();
    expect(cohensKappa([[0]], "quadratic")).toBeUndefined();
  });
});
