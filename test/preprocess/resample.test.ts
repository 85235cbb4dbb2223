// The weights of a resize along one axis, against numbers worked out by hand.

import { describe, expect, test } from "vitest";
import { resampleAxis, type Filter } from "../../src/preprocess/resample.ts";

const FILTERS: Filter[] = ["area", "bilinear"];

/** The spans in a form that prints well. */
const spansOf = (...axis: Parameters<typeof resampleAxis>) =>
  resampleAxis(...axis).map(({ start, weights }) => ({ start, weights: [...weights] }));

/** A whole axis of samples, resized. */
function resize(samples: number[], targetLength: number, filter: Filter): number[] {
  return resampleAxis(samples.length, 0, samples.length, targetLength, filter).map(({ start, weights }) =>
    weights.reduce((sum, weight, i) => sum + weight * samples[start + i], 0),
  );
}

describe.each(FILTERS)("%s", (filter) => {
  test("keeps samples as they are at the same size", () => {
    expect(resize([3, 250, 0, 17], 4, filter)).toEqual([3, 250, 0, 17]);
  });

  test("spreads the one sample of a one-pixel source", () => {
    expect(resize([7], 3, filter)).toEqual([7, 7, 7]);
  });

  test("keeps a constant constant", () => {
    for (const value of resize([9, 9, 9, 9, 9, 9, 9], 3, filter)) expect(value).toBeCloseTo(9, 12);
  });

  test.each([
    [7, 3],
    [3, 7],
    [1000, 28],
    [28, 1000],
    [1, 5],
    [5, 1],
    [224, 223],
  ])("has weights that sum to 1 and stay inside the source, %i to %i", (sourceLength, targetLength) => {
    const spans = resampleAxis(sourceLength, 0, sourceLength, targetLength, filter);
    expect(spans.length).toBe(targetLength);
    for (const { start, weights } of spans) {
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start + weights.length).toBeLessThanOrEqual(sourceLength);
    }
  });

  // 1 / (1 / 49) is a little more than 49, so a centred crop of a 49-pixel axis begins a little before it.
  test("stays inside the source when rounding puts the crop a little outside", () => {
    const extent = 1 / (1 / 49);
    expect((49 - extent) / 2).toBeLessThan(0);
    const [{ start, weights }] = resampleAxis(49, (49 - extent) / 2, extent, 1, filter);
    expect({ start, count: weights.length }).toEqual({ start: 0, count: 49 });
  });
});

describe("area", () => {
  test("averages exact halves", () => {
    expect(spansOf(4, 0, 4, 2, "area")).toEqual([
      { start: 0, weights: [0.5, 0.5] },
      { start: 2, weights: [0.5, 0.5] },
    ]);
  });

  test("weights a sample by the part of it that is covered", () => {
    expect(spansOf(3, 0, 3, 2, "area")).toEqual([
      { start: 0, weights: [1 / 1.5, 0.5 / 1.5] },
      { start: 1, weights: [0.5 / 1.5, 1 / 1.5] },
    ]);
  });

  test("repeats samples when it enlarges", () => {
    expect(resize([10, 20], 4, "area")).toEqual([10, 10, 20, 20]);
  });

  test("mixes the two samples that a target sample lies across when it enlarges", () => {
    expect(resize([0, 30], 3, "area")[1]).toBeCloseTo(15, 12);
  });

  test("begins a crop between two samples", () => {
    expect(spansOf(4, 0.5, 3, 3, "area")).toEqual([
      { start: 0, weights: [0.5, 0.5] },
      { start: 1, weights: [0.5, 0.5] },
      { start: 2, weights: [0.5, 0.5] },
    ]);
  });

  test("reads one sample when the crop is inside it", () => {
    expect(spansOf(10, 4.25, 0.5, 1, "area")).toEqual([{ start: 4, weights: [1] }]);
  });
});

describe("bilinear", () => {
  test("interpolates between sample centres and repeats the edges", () => {
    expect(resize([10, 20], 4, "bilinear")).toEqual([10, 12.5, 17.5, 20]);
  });

  test("puts a target sample between two sources in their middle", () => {
    expect(resize([0, 30], 3, "bilinear")).toEqual([0, 15, 30]);
  });

  // Halving widens the triangle to a radius of 2: around 1 the samples at 0.5, 1.5 and 2.5 weigh 3, 3 and 1.
  test("widens its triangle when it shrinks", () => {
    const [left, right] = resize([0, 70, 140, 210], 2, "bilinear");
    expect(left).toBeCloseTo(50, 12);
    expect(right).toBeCloseTo(160, 12);
  });

  test("skips no sample when it shrinks far", () => {
    const [{ start, weights }] = resampleAxis(100, 0, 100, 1, "bilinear");
    expect({ start, count: weights.filter((weight) => weight > 0).length }).toEqual({ start: 0, count: 100 });
  });

  test("looks past the edge of a crop, where there is a source", () => {
    expect(spansOf(4, 1, 2, 2, "bilinear")).toEqual([
      { start: 0, weights: [0, 1, 0] },
      { start: 1, weights: [0, 1, 0] },
    ]);
  });
});
