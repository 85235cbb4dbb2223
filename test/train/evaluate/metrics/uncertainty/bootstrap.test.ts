// The bootstrap: seeded, stratified, and as wide as theory says where theory knows.

import { describe, expect, test } from "vitest";
import { bootstrap, percentileInterval } from "../../../../../train/evaluate/metrics/uncertainty/bootstrap.ts";
import { toBootstrapFigures } from "../../../../../train/evaluate/metrics/uncertainty/bootstrap-figures.ts";
import { meanOf } from "../../../../../train/evaluate/metrics/brier-score.ts";

const strata = [0, 0, 0, 1, 1, 2];

test("draws as many of each stratum as it has", () => {
  const drawn = bootstrap({ strata }, 1, (weights) => ({
    zeros: weights[0] + weights[1] + weights[2],
    ones: weights[3] + weights[4],
    twos: weights[5],
  }));
  expect(drawn).toHaveLength(2000);
  expect(new Set(drawn.map((counts) => JSON.stringify(counts)))).toEqual(new Set(['{"zeros":3,"ones":2,"twos":1}']));
});

test("gives the same resamples for a seed, others for another", () => {
  const draw = (seed: number) => bootstrap({ strata }, seed, (weights) => ({ first: weights[0] }), 20);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("draws whole groups where samples come in groups", () => {
  const groups = ["a", "a", "b", "c", "c", "d"];
  const drawn = bootstrap({ strata, groups }, 1, (weights) => ({
    pairs: Number(weights[0] === weights[1] && weights[3] === weights[4]),
    zeros: weights[0] + weights[2],
  }));
  expect(new Set(drawn.map(({ pairs }) => pairs))).toEqual(new Set([1]));
  expect(new Set(drawn.map(({ zeros }) => zeros))).toEqual(new Set([2]));
});

describe("percentiles", () => {
  test("are interpolated between the sorted values", () => {
    const values = Array.from({ length: 41 }, (_, i) => 40 - i);
    expect(percentileInterval(values)).toEqual([1, 39]);
    expect(percentileInterval([10, 2])).toEqual([2.2, expect.closeTo(9.8, 12)]);
  });

  test("leave out resamples without a value, and are undefined without any", () => {
    expect(percentileInterval([undefined, 3])).toEqual([3, 3]);
    expect(percentileInterval([undefined])).toBeUndefined();
  });
});

test("the interval of a mean is about 1.96 standard errors on each side", () => {
  const values = Array.from({ length: 400 }, (_, i) => i % 2);
  const { mean } = toBootstrapFigures({ strata: new Uint8Array(400) }, 3, (weights) => ({
    mean: meanOf(values, weights),
  }));
  expect(mean).toMatchObject({ value: 0.5, method: "bootstrap" });
  expect(mean?.interval95[0]).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
  expect(mean?.interval95[1]).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
});

test("a figure without a value has no interval", () => {
  expect(toBootstrapFigures({ strata: [0] }, 1, () => ({ nothing: undefined }))).toEqual({ nothing: undefined });
});
