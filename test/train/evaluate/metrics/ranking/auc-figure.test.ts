// Intervals of an AUC. DeLong's variance against the definition written out in NumPy (numpy.cov of the placements),
// Newcombe's method 5 against scipy.optimize.brentq on its equation.

import { describe, expect, test } from "vitest";
import { toAucFigure } from "../../../../../train/evaluate/metrics/ranking/auc-figure.ts";
import { delong } from "../../../../../train/evaluate/metrics/uncertainty/delong.ts";
import { newcombeInterval } from "../../../../../train/evaluate/metrics/uncertainty/newcombe-interval.ts";

const truth = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
const tied = [0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.5, 0.3, 0.3, 0.1];
const untied = [0.8, 0.6, 0.9, 0.4, 0.7, 0.2, 0.6, 0.3, 0.5, 0.4];

describe("DeLong", () => {
  test("gives areas, variances and covariances", () => {
    const both = delong([tied, untied], truth);
    expect(both?.areas).toEqual([expect.closeTo(0.7, 12), expect.closeTo(0.76, 12)]);
    expect(both?.covariance.flat()).toEqual([0.032, 0.02, 0.02, 0.0272].map((value) => expect.closeTo(value, 12)));
  });

  test("needs two of each class", () => {
    expect(delong([[0.1, 0.2, 0.3]], [1, 0, 0])).toBeUndefined();
    expect(delong([[0.1, 0.2, 0.3]], [1, 1, 0])).toBeUndefined();
  });
});

describe("an AUC", () => {
  test("has DeLong's interval, cut at 1", () => {
    expect(toAucFigure(tied, truth)).toEqual({
      value: expect.closeTo(0.7, 12),
      interval95: [expect.closeTo(0.349_390_983_769_367_34, 12), 1],
      method: "delong",
    });
  });

  test("of 1 is not certain: where DeLong has no width, Newcombe has", () => {
    const scores = Array.from({ length: 20 }, (_, i) => i);
    expect(
      toAucFigure(
        scores,
        scores.map((score) => Number(score >= 10)),
      ),
    ).toEqual({
      value: 1,
      interval95: [expect.closeTo(0.800_213_612_881_115, 9), 1],
      method: "newcombe",
    });
  });

  test("of one positive has an interval too", () => {
    expect(toAucFigure([0.9, 0.1, 0.2], [1, 0, 0])).toMatchObject({ value: 1, method: "newcombe" });
  });

  test("is undefined when a class is absent", () => {
    expect(toAucFigure([0.1, 0.2], [1, 1])).toBeUndefined();
  });
});

test.each([
  [0.8, 20, 30, 0.643_345_614_521, 0.894_146_241_651],
  [0.5, 3, 3, 0.152_773_536_110_434_54, 0.847_226_463_889_565_5],
  [1, 5, 100, 0.800_368_050_435_897_4, 1],
  [0, 10, 10, 0, 0.199_786_387_118_884_97],
])("Newcombe of %f with %i positives and %i negatives", (area, positives, negatives, low, high) => {
  const interval = newcombeInterval(area, positives, negatives);
  expect(interval[0]).toBeCloseTo(low, 9);
  expect(interval[1]).toBeCloseTo(high, 9);
});
