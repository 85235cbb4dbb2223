// Every other operation against the JavaScript CPU backend, or against what it says in plain words.

import { assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { activations, linear } from "../../../../src/model/kernels/activation.ts";
import type { Pool } from "../../../../src/model/plan/operations/operation.ts";
import { BUILDS } from "../../kernels/scratch-memory.ts";
import { numbersFrom } from "./arbitrary-numbers.ts";
import { expectClose } from "./expect-close.ts";
import { runOperation, value } from "./run-operation.ts";
import { useCpuBackend } from "./use-cpu-backend.ts";

beforeAll(() => useCpuBackend());

const SEED = 20260503;

const size = record({
  height: integer({ min: 1, max: 9 }),
  width: integer({ min: 1, max: 9 }),
  channels: integer({ min: 1, max: 19 }),
  seed: integer(),
});

const pools = record({
  image: size,
  kind: constantFrom("maxPool", "averagePool"),
  windowHeight: integer({ min: 1, max: 3 }),
  windowWidth: integer({ min: 1, max: 3 }),
  strideY: integer({ min: 1, max: 3 }),
  strideX: integer({ min: 1, max: 3 }),
  isSame: boolean(),
});

/** Pixels before the image and windows along one side, as TensorFlow has them. */
function moveAlong(length: number, window: number, stride: number, isSame: boolean): [before: number, made: number] {
  if (!isSame) return [0, Math.floor((length - window) / stride) + 1];
  const made = Math.ceil(length / stride);
  return [Math.floor(Math.max(0, (made - 1) * stride + window - length) / 2), made];
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("pools are the CPU backend's, which never takes NaN for the largest", async () => {
    const property = asyncProperty(pools, async ({ image, kind, isSame, ...window }) => {
      const { height, width, channels } = image;
      const sides = [Math.min(window.windowHeight, height), Math.min(window.windowWidth, width)] as const;
      const [top, madeHeight] = moveAlong(height, sides[0], window.strideY, isSame);
      const [left, madeWidth] = moveAlong(width, sides[1], window.strideX, isSame);
      const pool: Pool = {
        kind,
        x: value(0, height, width, channels),
        window: { size: sides, strides: [window.strideY, window.strideX], padding: { top, bottom: 0, left, right: 0 } },
      };
      const numbers = numbersFrom(image.seed).mixed(height * width * channels);
      const made = await runOperation(build, { ...pool, y: value(1, madeHeight, madeWidth, channels) }, [numbers]);
      const expected = tf.tidy(() => {
        const x = tf.tensor4d(numbers, [1, height, width, channels]);
        const pad = isSame ? "same" : "valid";
        const strides: [number, number] = [window.strideY, window.strideX];
        const y =
          kind === "maxPool" ? tf.maxPool(x, [...sides], strides, pad) : tf.avgPool(x, [...sides], strides, pad);
        return y.dataSync<"float32">();
      });
      expectClose(made, expected, 4);
    });
    await assert(property, { seed: SEED, numRuns: 60, endOnFailure: true });
  });

  test("a dense layer is the CPU backend's", async () => {
    const cases = record({
      depth: integer({ min: 1, max: 70 }),
      columns: integer({ min: 1, max: 27 }),
      seed: integer(),
    });
    const property = asyncProperty(cases, async ({ depth, columns, seed }) => {
      const numbers = numbersFrom(seed);
      const [row, kernel, bias] = [numbers.mixed(depth), numbers.ordinary(depth * columns), numbers.ordinary(columns)];
      const [x, y] = [value(0, 1, 1, depth), value(1, 1, 1, columns)];
      const made = await runOperation(build, { kind: "dense", x, y, kernel, bias, activation: activations.relu }, [
        row,
      ]);
      const expected = tf.tidy(() =>
        tf
          .relu(
            tf.add(tf.matMul(tf.tensor2d(row, [1, depth]), tf.tensor2d(kernel, [depth, columns])), tf.tensor1d(bias)),
          )
          .dataSync<"float32">(),
      );
      expectClose(made, expected, 40);
    });
    await assert(property, { seed: SEED, numRuns: 40, endOnFailure: true });
  });

  test("sums, products, scales, gates and curves go number by number", async () => {
    const property = asyncProperty(size, async ({ height, width, channels, seed }) => {
      const numbers = numbersFrom(seed);
      const count = height * width * channels;
      const [first, second, each] = [numbers.mixed(count), numbers.mixed(count), numbers.mixed(channels)];
      const [a, b, y] = [0, 1, 2].map((id) => value(id, height, width, channels));
      const by = value(1, 1, 1, channels);
      const { ordinary } = numbers;
      const [multiplier, offset] = [ordinary(channels), ordinary(channels)];
      const run = (computation: Parameters<typeof runOperation>[1], read: Float32Array[]) =>
        runOperation(build, computation, read);
      const float = Math.fround;
      const added = await run({ kind: "add", a, b, y, activation: linear }, [first, second]);
      expectClose(
        added,
        first.map((number, i) => float(number + second[i])),
      );
      const multiplied = await run({ kind: "product", a, b, y, activation: linear }, [first, second]);
      expectClose(
        multiplied,
        first.map((number, i) => float(number * second[i])),
      );
      const scaled = await run({ kind: "scale", x: a, y, multiplier, offset, activation: linear }, [first]);
      expectClose(
        scaled,
        first.map((number, i) => number * multiplier[i % channels] + offset[i % channels]),
        4,
      );
      const gated = await run({ kind: "gate", x: a, by, y, activation: linear }, [first, each]);
      expectClose(
        gated,
        first.map((number, i) => number * each[i % channels]),
      );
      const clamped = await run({ kind: "activate", x: a, y, activation: activations.relu6 }, [first]);
      expectClose(
        clamped,
        tf.tidy(() => tf.relu6(tf.tensor1d(first)).dataSync<"float32">()).map((number) => number + 0),
      );
    });
    await assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  });

  test("a softmax is the CPU backend's, and adds up to one", async () => {
    const cases = record({ count: integer({ min: 1, max: 30 }), seed: integer() });
    const property = asyncProperty(cases, async ({ count, seed }) => {
      const logits = numbersFrom(seed)
        .ordinary(count)
        .map((logit) => logit * 20);
      const made = await runOperation(build, { kind: "softmax", x: value(0, 1, 1, count), y: value(1, 1, 1, count) }, [
        logits,
      ]);
      expectClose(
        made,
        tf.tidy(() => tf.softmax(tf.tensor1d(logits)).dataSync<"float32">()),
      );
      expectClose([made.reduce((sum, probability) => sum + probability)], [1]);
    });
    await assert(property, { seed: SEED, numRuns: 30, endOnFailure: true });
  });

  test("a softmax of NaN is NaN", async () => {
    const logits = Float32Array.of(1, Number.NaN, 2);
    const made = await runOperation(build, { kind: "softmax", x: value(0, 1, 1, 3), y: value(1, 1, 1, 3) }, [logits]);
    expect([...made]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("numbers keep their order in an image of another size", async () => {
    const property = asyncProperty(size, async ({ height, width, channels, seed }) => {
      const numbers = numbersFrom(seed).mixed(height * width * channels);
      for (const y of [
        value(1, 1, 1, numbers.length),
        value(1, width, channels, height),
        value(1, 1, channels, height * width),
      ]) {
        const made = await runOperation(build, { kind: "reshape", x: value(0, height, width, channels), y }, [numbers]);
        expect(made).toEqual(numbers);
      }
    });
    await assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  });

  test("a padded image is the CPU backend's", async () => {
    const side = integer({ min: 0, max: 2 });
    const cases = record({ image: size, top: side, bottom: side, left: side, right: side });
    const property = asyncProperty(cases, async ({ image: { height, width, channels, seed }, ...borders }) => {
      const { top, bottom, left, right } = borders;
      const numbers = numbersFrom(seed).mixed(height * width * channels);
      const [x, y] = [
        value(0, height, width, channels),
        value(1, top + height + bottom, left + width + right, channels),
      ];
      const made = await runOperation(build, { kind: "pad", x, y, borders }, [numbers]);
      const sides: [number, number][] = [[0, 0], [top, bottom], [left, right], [0, 0]]; // prettier-ignore
      expect(made).toEqual(
        tf.tidy(() => tf.pad(tf.tensor4d(numbers, [1, height, width, channels]), sides).dataSync<"float32">()),
      );
    });
    await assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  });

  test("channels of several images follow each other", async () => {
    const property = asyncProperty(
      size,
      integer({ min: 1, max: 9 }),
      async ({ height, width, channels, seed }, others) => {
        const numbers = numbersFrom(seed);
        const read = [numbers.mixed(height * width * channels), numbers.mixed(height * width * others)];
        const xs = [value(0, height, width, channels), value(1, height, width, others)];
        const y = value(2, height, width, channels + others);
        const made = await runOperation(build, { kind: "concatenation", xs, y }, read);
        const tensors = () => read.map((image, i) => tf.tensor3d(image, [height, width, xs[i].channels]));
        expect(made).toEqual(tf.tidy(() => tf.concat(tensors(), 2).dataSync<"float32">()));
      },
    );
    await assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  });
});
