import { array, assert, double, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { sigmoidLosses, softmaxLosses, type RowLosses } from "../../../train/fit/row-losses.ts";

const SEED = 20261122;
/** A power of two, so that scores stay floats when it is added. */
const STEP = 2 ** -10;

const numbers = (length: number, min: number, max: number) =>
  array(double({ min, max, noNaN: true }), { minLength: length, maxLength: length });

const cases = record({ rows: integer({ min: 1, max: 4 }), classes: integer({ min: 1, max: 6 }) }).chain(
  ({ rows, classes }) =>
    record({
      scores: array(integer({ min: -3000, max: 3000 }), { minLength: rows * classes, maxLength: rows * classes }),
      targets: numbers(rows * classes, 0, 1),
      weights: numbers(rows, 0.25, 2),
    }),
);

/** Central differences of the loss. */
function expectSlopes(lossesOf: (scores: Float32Array) => RowLosses, scores: Float32Array): void {
  const { gradient } = lossesOf(scores);
  const lossAt = (i: number, step: number) => lossesOf(scores.map((x, at) => (at === i ? x + step : x))).loss;
  for (const [i, slope] of gradient.entries()) {
    expect(slope).toBeCloseTo((lossAt(i, STEP) - lossAt(i, -STEP)) / (2 * STEP), 4);
  }
}

describe(`losses of rows, seed ${SEED}`, () => {
  test.for([0, 0.5, 1, 2])("the gradient of softmax's is its slope, with a focal exponent of %d", (gamma) => {
    const check = property(cases, ({ scores, targets, weights }) => {
      const [t, w] = [targets, weights].map((values) => Float32Array.from(values));
      expectSlopes(
        (x) => softmaxLosses(x, t, w, gamma),
        Float32Array.from(scores, (score) => score / 512),
      );
    });
    assert(check, { seed: SEED, numRuns: 60, verbose: 1 });
  });

  test("the gradient of sigmoid's is its slope", () => {
    const check = property(cases, ({ scores, targets, weights }) => {
      const [t, w] = [targets, weights].map((values) => Float32Array.from(values));
      expectSlopes(
        (x) => sigmoidLosses(x, t, w),
        Float32Array.from(scores, (score) => score / 512),
      );
    });
    assert(check, { seed: SEED, numRuns: 60, verbose: 1 });
  });

  test("scores that are certain have a gradient, however the loss is focused", () => {
    for (const gamma of [0, 0.5, 2]) {
      const { loss, gradient } = softmaxLosses(
        Float32Array.of(1000, -1000),
        Float32Array.of(1, 0),
        Float32Array.of(1),
        gamma,
      );
      expect(loss).toBeCloseTo(0, 10);
      expect([...gradient].map(Math.abs)).toEqual([0, 0]);
    }
  });

  test("a score that is no number makes a loss that is none", () => {
    const [scores, targets, weights] = [[Number.NaN, 1], [0, 1], [1]].map((values) => Float32Array.from(values));
    expect(softmaxLosses(scores, targets, weights, 0).loss).toBeNaN();
    expect(sigmoidLosses(scores, targets, weights).loss).toBeNaN();
  });
});
