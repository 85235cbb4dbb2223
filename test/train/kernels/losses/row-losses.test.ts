// Losses of rows and their gradients, in both builds: against slopes of the loss, and to the last bit against plain ones.
import { array, assert, constantFrom, double, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { rowLosses, type ScoredRows } from "../../../../train/kernels/losses/row-losses.ts";
import { BUILDS, createGuardedWorkspace, type GuardedWorkspace } from "../guarded-workspace.ts";
import { plainSigmoidLosses, plainSoftmaxLosses } from "./plain-losses.ts";

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

const toRows = ({ scores, targets, weights }: Record<keyof ScoredRows, number[]>): ScoredRows => ({
  scores: Float32Array.from(scores, (score) => score / 512),
  targets: Float32Array.from(targets),
  weights: Float32Array.from(weights),
});

type Task = Parameters<typeof rowLosses>[1];

/** The gradient is a copy, and nothing was written beside what the kernels were given. */
function lossesOf({ workspace, reset, overruns }: GuardedWorkspace, task: Task, rows: ScoredRows, gamma: number) {
  reset();
  const { loss, gradient, correct } = rowLosses(workspace, task, rows, gamma);
  expect(overruns()).toBe(0);
  return { loss, gradient: gradient.slice(), correct };
}

/** Central differences of the loss. */
function expectSlopes(guarded: GuardedWorkspace, task: Task, rows: ScoredRows, gamma: number): void {
  const { gradient } = lossesOf(guarded, task, rows, gamma);
  const lossAt = (i: number, step: number) => {
    const scores = rows.scores.map((x, at) => (at === i ? x + step : x));
    return lossesOf(guarded, task, { ...rows, scores }, gamma).loss;
  };
  for (const [i, slope] of gradient.entries()) {
    expect(slope).toBeCloseTo((lossAt(i, STEP) - lossAt(i, -STEP)) / (2 * STEP), 4);
  }
}

describe.for(BUILDS)(`losses of rows in the %s build, seed ${SEED}`, (build) => {
  test.for([0, 0.5, 1, 2])("the gradient of softmax's is its slope, with a focal exponent of %d", async (gamma) => {
    const guarded = await createGuardedWorkspace(build);
    const check = property(cases, (values) => expectSlopes(guarded, "multiclass", toRows(values), gamma));
    assert(check, { seed: SEED, numRuns: 40, verbose: 1 });
  });

  test("the gradient of sigmoid's is its slope", async () => {
    const guarded = await createGuardedWorkspace(build);
    const check = property(cases, (values) => expectSlopes(guarded, "multilabel", toRows(values), 0));
    assert(check, { seed: SEED, numRuns: 40, verbose: 1 });
  });

  test("both are those of plain JavaScript to the last bit", async () => {
    const guarded = await createGuardedWorkspace(build);
    const check = property(cases, constantFrom(0, 0.5, 2), (values, gamma) => {
      const rows = toRows(values);
      const { scores, targets, weights } = rows;
      const softmax = lossesOf(guarded, "multiclass", rows, gamma);
      expect(softmax).toEqual({ ...plainSoftmaxLosses(scores, targets, weights, gamma), correct: softmax.correct });
      const sigmoid = lossesOf(guarded, "multilabel", rows, 0);
      expect(sigmoid).toEqual({ ...plainSigmoidLosses(scores, targets, weights), correct: sigmoid.correct });
    });
    assert(check, { seed: SEED, numRuns: 200, verbose: 1 });
  });

  test("scores that are certain have a gradient, however the loss is focused", async () => {
    const guarded = await createGuardedWorkspace(build);
    const rows = { scores: Float32Array.of(1000, -1000), targets: Float32Array.of(1, 0), weights: Float32Array.of(1) };
    for (const gamma of [0, 0.5, 2]) {
      const { loss, gradient } = lossesOf(guarded, "multiclass", rows, gamma);
      expect(loss).toBeCloseTo(0, 10);
      expect([...gradient].map(Math.abs)).toEqual([0, 0]);
    }
  });

  test("a score that is no number makes a loss that is none", async () => {
    const guarded = await createGuardedWorkspace(build);
    const targets = Float32Array.of(0, 1);
    for (const scores of [Float32Array.of(Number.NaN, 1), Float32Array.of(1, Number.NaN)]) {
      const rows = { scores, targets, weights: Float32Array.of(1) };
      expect(lossesOf(guarded, "multiclass", rows, 0).loss).toBeNaN();
      expect(lossesOf(guarded, "multilabel", rows, 0).loss).toBeNaN();
    }
  });

  test("a row is right when its largest score stands where its largest target does, of equals the first", async () => {
    const guarded = await createGuardedWorkspace(build);
    const scores = Float32Array.of(1, 2, 0, 3, 3, 1, 0, 0, 0, 5, 6, 7);
    const targets = Float32Array.of(0, 1, 0, 1, 0, 0, 0, 1, 0, 0.2, 0.2, 0.6);
    const rows = { scores, targets, weights: Float32Array.of(1, 1, 1, 1) };
    expect(lossesOf(guarded, "multiclass", rows, 0).correct).toBe(3);
  });
});
