// Brier score and calibration error, against scikit-learn 1.7 (brier_score_loss) and the definitions in NumPy.

import { describe, expect, test } from "vitest";
import { brierParts, meanOf } from "../../../../train/evaluate/metrics/brier-score.ts";
import { expectedCalibrationError, toReliabilityBins } from "../../../../train/evaluate/metrics/calibration-error.ts";

const truth = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
const scores = [0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.5, 0.3, 0.3, 0.1];

const error = (probabilities: number[], outcomes: number[]) =>
  expectedCalibrationError(toReliabilityBins(probabilities, outcomes));

describe("the Brier score", () => {
  test("of one probability", () => {
    expect(meanOf(brierParts(scores, truth, 1))).toBeCloseTo(0.223, 12);
  });

  test("of rows of classes sums over the classes", () => {
    const rows = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4, 0.5, 0.4, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7];
    const outcomes = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0];
    expect(meanOf(brierParts(rows, outcomes, 3))).toBeCloseTo(0.513_333_333_333_333_3, 12);
  });

  test("of the perfect and the worst classifier", () => {
    expect(meanOf(brierParts([1, 0], [1, 0], 1))).toBe(0);
    expect(meanOf(brierParts([1, 0], [0, 1], 1))).toBe(1);
  });

  test("is undefined without samples", () => {
    expect(meanOf([])).toBeUndefined();
    expect(meanOf([1], [0])).toBeUndefined();
  });
});

describe("the expected calibration error", () => {
  test("over 15 bins of equal width", () => {
    expect(error(scores, truth)).toBeCloseTo(0.21, 12);
    expect(error([0.7, 0.8, 0.4, 0.5, 0.5, 0.7], [1, 1, 1, 0, 1, 0])).toBeCloseTo(0.2, 12);
  });

  test("is 0 where what was said happened, 1 where its opposite did", () => {
    expect(error([0, 1], [0, 1])).toBe(0);
    expect(error([0, 1], [1, 0])).toBe(1);
  });

  test("is undefined without samples", () => {
    expect(error([], [])).toBeUndefined();
  });

  test("leaves empty bins out, and puts the borders into the lower bin", () => {
    expect(toReliabilityBins([0, 1 / 15, 1], [0, 1, 1])).toEqual([
      { from: 0, to: 1 / 15, count: 2, stated: 1 / 30, observed: 0.5 },
      { from: 14 / 15, to: 1, count: 1, stated: 1, observed: 1 },
    ]);
  });
});
