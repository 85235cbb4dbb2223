import { describe, expect, test } from "vitest";
import type { Levels } from "../../../../../src/bundle/quantisation.ts";
import { linear } from "../../../../../src/model/kernels/activation.ts";
import { toRequantisation } from "../../../../../src/model/plan/steps/levels/requantisation.ts";
import { BUILDS } from "../../../kernels/scratch-memory.ts";
import { value } from "../run-operation.ts";
import { runOnLevels } from "./run-on-levels.ts";

const x: Levels = { scale: 0.02, zeroPoint: 10, highest: 127 };
const y: Levels = { scale: 0.05, zeroPoint: 20, highest: 255 };
const kernelOf = (weights: number[], scales: number[]) => ({
  values: Int8Array.from(weights),
  scales: Float64Array.from(scales),
});

/** Of one pixel with one channel, whose level is 60: one number a weight. */
async function convolve(build: (typeof BUILDS)[number], kernel: number[], bias: number[]): Promise<number[]> {
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  const made = await runOnLevels(
    build,
    {
      kind: "convolution",
      x: value(0, 1, 1, 1),
      y: value(1, 1, 1, kernel.length),
      window: { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding: none },
      kernel: Float32Array.from(kernel),
      bias: Float32Array.from(bias),
      activation: linear,
    },
    new Map([
      [0, x],
      [1, y],
    ]),
    [Float32Array.of(1)],
  );
  return [...made].map((number) => Math.round(number / y.scale + y.zeroPoint));
}

test("sums begin at the bias, both zero points and the half that rounds, in units of the multiplier", () => {
  const kernel = kernelOf([100, -50], [0.01, 0.02]);
  const { weights, multipliers, offsets } = toRequantisation({ kernel, bias: Float32Array.of(1, -0.5), x, y });
  expect([...weights]).toEqual([100, -50]);
  expect([...multipliers]).toEqual([Math.fround(0.004), Math.fround(0.008)]);
  // (1 / 0.05 + 20 + 0.5) / 0.004 - 10 * 100, and (-0.5 / 0.05 + 20 + 0.5) / 0.008 + 10 * 50
  expect([...offsets]).toEqual([9125, 1813]);
});

test("a channel of next to nothing is made of coarser weights, until its bias fits a sum", () => {
  const kernel = kernelOf([100, 101, -50, 127], [0.01, 1e-12]);
  const { weights, multipliers, offsets } = toRequantisation({ kernel, bias: Float32Array.of(1, 3), x, y });
  expect([...weights]).toEqual([100, 0, -50, 0]);
  expect(offsets[1] * multipliers[1]).toBeCloseTo(3 / 0.05 + 20.5, 3);
});

test("levels that are too fine for the sums are refused", () => {
  const fine = { ...y, scale: 1e-9 };
  expect(() => toRequantisation({ kernel: kernelOf([100], [1]), bias: Float32Array.of(0), x, y: fine })).toThrow(
    "too fine",
  );
});

describe.for(BUILDS)("in the %s build", (build) => {
  test("biases are kept beside weights of any size, and what is far from every level is the nearest one", async () => {
    const levels = await convolve(build, [0.5, 1e-30, 1e-30, 1e-9, 0.5, 0.5], [0.1, 3, -1, 1e30, 1e30, -1e30]);
    expect(levels).toEqual([32, 80, 0, 255, 255, 0]);
  });
});
