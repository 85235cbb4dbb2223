import { describe, expect, test } from "vitest";
import { adamwStep, clipNorm } from "../../../train/fit/adamw.ts";

const all = (length: number, decays = true) => [{ from: 0, to: length, decays }];
const createMoments = (length: number) => ({ first: new Float32Array(length), second: new Float32Array(length) });
const plain = { learningRate: 0.1, weightDecay: 0 };

describe("a step of AdamW", () => {
  test("first moves every parameter by the learning rate against its gradient's sign, whatever its size", () => {
    const parameters = Float32Array.of(1, 1, 1);
    adamwStep(parameters, Float32Array.of(2, -0.001, 1000), createMoments(3), all(3), { ...plain, step: 1 });
    expect(parameters[0]).toBeCloseTo(0.9, 5);
    expect(parameters[1]).toBeCloseTo(1.1, 4);
    expect(parameters[2]).toBeCloseTo(0.9, 5);
  });

  test("repeats the numbers of two steps worked out by hand", () => {
    const parameters = Float32Array.of(0.5);
    const moments = createMoments(1);
    adamwStep(parameters, Float32Array.of(0.2), moments, all(1), { ...plain, step: 1 });
    adamwStep(parameters, Float32Array.of(-0.1), moments, all(1), { ...plain, step: 2 });
    // m = 0.9 * 0.02 - 0.01 = 0.008, v = 0.999 * 4e-5 + 1e-5 = 4.996e-5; corrected 0.0421053 and 0.0249925.
    expect(moments.first[0]).toBeCloseTo(0.008, 7);
    expect(moments.second[0]).toBeCloseTo(4.996e-5, 9);
    expect(parameters[0]).toBeCloseTo(0.4 - (0.1 * 0.0421053) / Math.sqrt(0.0249925), 5);
  });

  test("shrinks what decays, apart from the gradient, and nothing else", () => {
    const parameters = Float32Array.of(2, 2);
    const segments = [
      { from: 0, to: 1, decays: true },
      { from: 1, to: 2, decays: false },
    ];
    adamwStep(parameters, new Float32Array(2), createMoments(2), segments, {
      step: 1,
      learningRate: 0.1,
      weightDecay: 0.5,
    });
    expect([...parameters]).toEqual([Math.fround(1.9), 2]);
  });

  test("leaves parameters outside its segments alone", () => {
    const parameters = Float32Array.of(1, 1, 1);
    adamwStep(parameters, Float32Array.of(1, 1, 1), createMoments(3), [{ from: 1, to: 2, decays: false }], {
      ...plain,
      step: 1,
    });
    expect([parameters[0], parameters[2]]).toEqual([1, 1]);
  });
});

describe("clipping by the global norm", () => {
  test("scales a longer gradient to the norm and keeps its direction", () => {
    const gradients = Float32Array.of(3, 4, 7);
    clipNorm(gradients, [{ from: 0, to: 2, decays: false }], 1);
    expect([...gradients]).toEqual([Math.fround(0.6), Math.fround(0.8), 7]);
  });

  test("leaves a shorter one, and a gradient of zero, as they are", () => {
    const gradients = Float32Array.of(0.3, 0.4);
    clipNorm(gradients, all(2), 1);
    expect([...gradients]).toEqual([Math.fround(0.3), Math.fround(0.4)]);
    const zero = new Float32Array(2);
    clipNorm(zero, all(2), 1);
    expect([...zero]).toEqual([0, 0]);
  });
});
