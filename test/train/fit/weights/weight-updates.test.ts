import { describe, expect, test } from "vitest";
import type { WeightSegment } from "../../../../train/fit/weights/weight-layout.ts";
import { createWeightUpdates } from "../../../../train/fit/weights/weight-updates.ts";

const all = (length: number): WeightSegment[] => [{ from: 0, to: length, trainable: true, decays: true }];

/** Updates of these parameters, which have had these gradients. */
async function start(parameters: number[], gradients: number[], segments = all(parameters.length)) {
  const updates = await createWeightUpdates(segments, 2);
  updates.arrays.parameters.set(parameters);
  updates.gradients.set(gradients);
  return updates;
}

describe("a step of AdamW", () => {
  test("first moves every parameter by the learning rate against its gradient's sign, whatever its size", async () => {
    const { move, arrays } = await start([1, 1, 1], [2, -0.001, 1000]);
    move(1, 0.1, 0);
    expect(arrays.parameters[0]).toBeCloseTo(0.9, 5);
    expect(arrays.parameters[1]).toBeCloseTo(1.1, 4);
    expect(arrays.parameters[2]).toBeCloseTo(0.9, 5);
  });

  test("repeats the numbers of two steps worked out by hand", async () => {
    const { move, gradients, arrays } = await start([0.5], [0.2]);
    move(1, 0.1, 0);
    gradients.set([-0.1]);
    move(2, 0.1, 0);
    // m = 0.9 * 0.02 - 0.01 = 0.008, v = 0.999 * 4e-5 + 1e-5 = 4.996e-5; corrected 0.0421053 and 0.0249925.
    expect(arrays.firstMoments[0]).toBeCloseTo(0.008, 7);
    expect(arrays.secondMoments[0]).toBeCloseTo(4.996e-5, 9);
    expect(arrays.parameters[0]).toBeCloseTo(0.4 - (0.1 * 0.0421053) / Math.sqrt(0.0249925), 5);
  });

  test("shrinks what decays, apart from the gradient, and nothing else", async () => {
    const segments = [
      { from: 0, to: 1, trainable: true, decays: true },
      { from: 1, to: 2, trainable: true, decays: false },
    ];
    const { move, arrays } = await start([2, 2], [0, 0], segments);
    move(1, 0.1, 0.5);
    expect([...arrays.parameters]).toEqual([Math.fround(1.9), 2]);
  });

  test("takes what is not trained as the batch has made it", async () => {
    const segments = [
      { from: 0, to: 1, trainable: false, decays: false },
      { from: 1, to: 2, trainable: true, decays: false },
      { from: 2, to: 3, trainable: false, decays: false },
    ];
    const { move, arrays } = await start([1, 1, 1], [7, 0, 9], segments);
    move(1, 0.1, 0.5);
    expect([...arrays.parameters]).toEqual([7, 1, 9]);
    expect([...arrays.firstMoments, ...arrays.secondMoments]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("clipping by the global norm", () => {
  test("scales a longer gradient to the norm and keeps its direction", async () => {
    const segments = [
      { from: 0, to: 2, trainable: true, decays: false },
      { from: 2, to: 3, trainable: false, decays: false },
    ];
    const { clip, gradients } = await start([0, 0, 0], [3, 4, 7], segments);
    clip(1);
    expect([...gradients]).toEqual([Math.fround(0.6), Math.fround(0.8), 7]);
  });

  test("leaves a shorter one, and a gradient of zero, as they are", async () => {
    const { clip, gradients } = await start([0, 0], [0.3, 0.4]);
    clip(1);
    expect([...gradients]).toEqual([Math.fround(0.3), Math.fround(0.4)]);
    gradients.fill(0);
    clip(1);
    expect([...gradients]).toEqual([0, 0]);
  });
});

describe("shards", () => {
  const segments = [
    { from: 0, to: 2, trainable: true, decays: false },
    { from: 2, to: 3, trainable: false, decays: false },
  ];

  test("give the mean gradient of all images, and statistics in proportion to theirs", async () => {
    const { slots, sumShards, gradients } = await start([0, 0, 0], [5, 5, 5], segments);
    slots[0].set([3, 6, 1]);
    slots[1].set([1, 2, 9]);
    sumShards([3, 1]);
    expect([...gradients]).toEqual([1, 2, 3]);
  });

  test("that a small batch leaves out do not count", async () => {
    const { slots, sumShards, gradients } = await start([0, 0, 0], [5, 5, 5], segments);
    slots[0].set([3, 6, 1]);
    slots[1].set([1, 2, 9]);
    sumShards([3]);
    expect([...gradients]).toEqual([1, 2, 1]);
  });

  test.for([Number.NaN, Infinity, -Infinity])("with a gradient of %d are noticed", async (value) => {
    const { slots, sumShards, areGradientsFinite } = await start([0, 0, 0], [0, 0, 0], segments);
    sumShards([1, 1]);
    expect(areGradientsFinite()).toBe(true);
    slots[1][2] = value;
    sumShards([1, 1]);
    expect(areGradientsFinite()).toBe(false);
  });
});
