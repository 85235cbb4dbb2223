// Pools against the JavaScript CPU backend, over sizes, strides, borders and numbers of every kind.

import { assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Pool, Value } from "../../../../src/model/plan/operations/operation.ts";
import { BUILDS, type Build } from "../../kernels/scratch-memory.ts";
import { numbersFrom } from "./arbitrary-numbers.ts";
import { expectClose } from "./expect-close.ts";
import { runOperation, value } from "./run-operation.ts";
import { useCpuBackend } from "./use-cpu-backend.ts";

beforeAll(() => useCpuBackend());

const size = record({
  height: integer({ min: 1, max: 9 }),
  width: integer({ min: 1, max: 9 }),
  channels: integer({ min: 1, max: 19 }),
  seed: integer(),
});

const kind = constantFrom<Pool["kind"]>("maxPool", "averagePool");

const pools = record({
  image: size,
  kind,
  windowHeight: integer({ min: 1, max: 3 }),
  windowWidth: integer({ min: 1, max: 3 }),
  strideY: integer({ min: 1, max: 3 }),
  strideX: integer({ min: 1, max: 3 }),
  isSame: boolean(),
});

const NO_BORDERS = { top: 0, bottom: 0, left: 0, right: 0 };

/** Pixels before the image and windows along one side, as TensorFlow has them. */
function moveAlong(length: number, window: number, stride: number, isSame: boolean): [before: number, made: number] {
  if (!isSame) return [0, Math.floor((length - window) / stride) + 1];
  const made = Math.ceil(length / stride);
  return [Math.floor(Math.max(0, (made - 1) * stride + window - length) / 2), made];
}

function poolOnCpu(
  { kind: of, x: { height, width, channels }, window }: Pool,
  numbers: Float32Array,
  pad: "same" | "valid",
) {
  return tf.tidy(() => {
    const x = tf.tensor4d(numbers, [1, height, width, channels]);
    const [sides, strides] = [window.size, window.strides].map((pair): [number, number] => [pair[0], pair[1]]);
    const y = of === "maxPool" ? tf.maxPool(x, sides, strides, pad) : tf.avgPool(x, sides, strides, pad);
    return y.dataSync<"float32">();
  });
}

/** The one pixel that a window as large as the image makes. */
function poolWhole(
  build: Build,
  of: Pool["kind"],
  x: Value,
  numbers: Float32Array,
): [pool: Pool, made: Promise<Float32Array>] {
  const pool: Pool = { kind: of, x, window: { size: [x.height, x.width], strides: [1, 1], padding: NO_BORDERS } };
  return [pool, runOperation(build, { ...pool, y: value(1, 1, 1, x.channels) }, [numbers])];
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("pools are the CPU backend's, which never takes NaN for the largest", async () => {
    const property = asyncProperty(pools, async ({ image, kind: of, isSame, ...window }) => {
      const { height, width, channels } = image;
      const sides = [Math.min(window.windowHeight, height), Math.min(window.windowWidth, width)] as const;
      const [top, madeHeight] = moveAlong(height, sides[0], window.strideY, isSame);
      const [left, madeWidth] = moveAlong(width, sides[1], window.strideX, isSame);
      const pool: Pool = {
        kind: of,
        x: value(0, height, width, channels),
        window: { size: sides, strides: [window.strideY, window.strideX], padding: { top, bottom: 0, left, right: 0 } },
      };
      const numbers = numbersFrom(image.seed).mixed(height * width * channels);
      const made = await runOperation(build, { ...pool, y: value(1, madeHeight, madeWidth, channels) }, [numbers]);
      expectClose(made, poolOnCpu(pool, numbers, isSame ? "same" : "valid"), 4);
    });
    await assert(property, { seed: 20260503, numRuns: 60, endOnFailure: true });
  });

  test("so are pools of the whole image", async () => {
    const property = asyncProperty(size, kind, async ({ height, width, channels, seed }, of) => {
      const numbers = numbersFrom(seed).mixed(height * width * channels);
      const [pool, made] = poolWhole(build, of, value(0, height, width, channels), numbers);
      expectClose(await made, poolOnCpu(pool, numbers, "valid"), 4);
    });
    await assert(property, { seed: 20261122, numRuns: 40, endOnFailure: true });
  });

  test("the mean of 50,176 pixels is as exact as that of nine", async () => {
    const numbers = numbersFrom(20261123)
      .ordinary(224 * 224 * 3)
      .map((number) => number + 1000);
    const made = await poolWhole(build, "averagePool", value(0, 224, 224, 3), numbers)[1];
    const sums = [0, 0, 0];
    numbers.forEach((number, i) => (sums[i % 3] += number));
    const errors = sums.map((sum, c) => Math.abs(made[c] / (sum / 50_176) - 1));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });
});
