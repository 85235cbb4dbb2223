// The Wilson interval against published values: the last four are method 3 in table I of Newcombe 1998, "Two-sided
// confidence intervals for the single proportion".

import { describe, expect, test } from "vitest";
import { wilsonInterval } from "../../../../../train/evaluate/metrics/uncertainty/wilson-interval.ts";

test.each([
  [8, 10, 0.4902, 0.9433],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [5, 10, 0.2366, 0.7634],
  [1, 1, 0.2065, 1],
  [0, 1, 0, 0.7935],
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("of %i in %i is %f to %f", (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials);
  expect(interval[0]).toBeCloseTo(low, 4);
  expect(interval[1]).toBeCloseTo(high, 4);
});

describe("the interval", () => {
  test("stays within 0 and 1 at the edges", () => {
    expect(wilsonInterval(0, 1_000_000)[0]).toBeGreaterThanOrEqual(0);
    expect(wilsonInterval(1_000_000, 1_000_000)[1]).toBeLessThanOrEqual(1);
  });

  test("is the mirror image for the failures", () => {
    const [low, high] = wilsonInterval(3, 11);
    const [mirrorLow, mirrorHigh] = wilsonInterval(8, 11);
    expect(mirrorLow).toBeCloseTo(1 - high, 12);
    expect(mirrorHigh).toBeCloseTo(1 - low, 12);
  });

  test("narrows with more trials of the same share", () => {
    const [low, high] = wilsonInterval(80, 100);
    const [lowOfMore, highOfMore] = wilsonInterval(8000, 10_000);
    expect(lowOfMore).toBeGreaterThan(low);
    expect(highOfMore).toBeLessThan(high);
  });
});
