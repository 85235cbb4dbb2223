// What goes over rows number by number against the JavaScript CPU backend: sums, products, curves, dense layers, softmax.

import { assert, asyncProperty, integer, record } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { activations, linear } from "../../../../src/model/kernels/activation.ts";
import type { Dense, Value } from "../../../../src/model/plan/operations/operation.ts";
import { BUILDS } from "../../kernels/scratch-memory.ts";
import { numbersFrom } from "./arbitrary-numbers.ts";
import { anyCurve, curves, onCpu } from "./curves.ts";
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

const NO_BORDERS = { top: 0, bottom: 0, left: 0, right: 0 };

type Made<Computation> = Computation & { y: Value };

describe.for(BUILDS)("in the %s build", (build) => {
  test("a dense layer is the CPU backend's, whatever its curve", async () => {
    const cases = record({
      depth: integer({ min: 1, max: 70 }),
      columns: integer({ min: 1, max: 27 }),
      curve: anyCurve,
      seed: integer(),
    });
    const property = asyncProperty(cases, async ({ depth, columns, curve, seed }) => {
      const { mixed, ordinary } = numbersFrom(seed);
      const [row, kernel, bias] = [mixed(depth), ordinary(depth * columns), ordinary(columns)];
      const [x, y] = [value(0, 1, 1, depth), value(1, 1, 1, columns)];
      const dense: Made<Dense> = { kind: "dense", x, y, kernel, bias, activation: curves[curve] };
      const expected = tf.tidy(() => {
        const product = tf.matMul(tf.tensor2d(row, [1, depth]), tf.tensor2d(kernel, [depth, columns]));
        return onCpu[curve](tf.add(product, tf.tensor1d(bias))).dataSync<"float32">();
      });
      expectClose(await runOperation(build, dense, [row]), expected, 40);
    });
    await assert(property, { seed: SEED, numRuns: 60, endOnFailure: true });
  });

  test("sums, products, scales, gates and curves go number by number, each with any curve after it", async () => {
    const property = asyncProperty(size, anyCurve, async ({ height, width, channels, seed }, curve) => {
      const { mixed, ordinary } = numbersFrom(seed);
      const count = height * width * channels;
      const [first, second, each] = [mixed(count), mixed(count), mixed(channels)];
      const [a, b, y] = [0, 1, 2].map((id) => value(id, height, width, channels));
      const by = value(1, 1, 1, channels);
      const [multiplier, offset] = [ordinary(channels), ordinary(channels)];
      const activation = curves[curve];
      const expectNumbers = async (
        computation: Parameters<typeof runOperation>[1],
        read: Float32Array[],
        toNumber: (i: number) => number,
      ) => {
        const made = await runOperation(build, computation, read);
        const expected = tf.tidy(() =>
          onCpu[curve](tf.tensor1d(Float32Array.from({ length: count }, (_, i) => toNumber(i)))).dataSync<"float32">(),
        );
        expectClose(made, expected, 16);
      };
      await expectNumbers({ kind: "add", a, b, y, activation }, [first, second], (i) => first[i] + second[i]);
      await expectNumbers({ kind: "product", a, b, y, activation }, [first, second], (i) => first[i] * second[i]);
      await expectNumbers(
        { kind: "scale", x: a, y, multiplier, offset, activation },
        [first],
        (i) => first[i] * multiplier[i % channels] + offset[i % channels],
      );
      await expectNumbers(
        { kind: "gate", x: a, by, y, activation },
        [first, each],
        (i) => first[i] * each[i % channels],
      );
      await expectNumbers({ kind: "activate", x: a, y, activation }, [first], (i) => first[i]);
    });
    await assert(property, { seed: SEED, numRuns: 40, endOnFailure: true });
  });

  test("what is too small to be normal stays what it is", async () => {
    const least = Float32Array.of(2 ** -149, -(2 ** -149), 2 ** -127, 3 * 2 ** -149, 0);
    const [a, b, y] = [0, 1, 2].map((id) => value(id, 1, 1, 5));
    const ones = new Float32Array(5).fill(1);
    const zeros = new Float32Array(5);
    const copies = [
      runOperation(build, { kind: "add", a, b, y, activation: linear }, [least, zeros]),
      runOperation(build, { kind: "product", a, b, y, activation: linear }, [least, ones]),
      runOperation(build, { kind: "scale", x: a, y, multiplier: ones, offset: zeros, activation: linear }, [least]),
      runOperation(
        build,
        { kind: "maxPool", x: a, y, window: { size: [1, 1], strides: [1, 1], padding: NO_BORDERS } },
        [least],
      ),
    ];
    for (const made of copies) expect(await made).toEqual(least);
    const doubled = await runOperation(build, { kind: "add", a, b: a, y, activation: activations.relu }, [
      least,
      least,
    ]);
    expect(doubled).toEqual(Float32Array.of(2 ** -148, 0, 2 ** -126, 6 * 2 ** -149, 0));
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

  test.for([
    [[1, Number.NaN, 2], Number.NaN],
    [[1, Infinity, 2], Number.NaN],
    [[-Infinity, -Infinity, -Infinity], Number.NaN],
    [[-Infinity, -Infinity, Number.NaN], Number.NaN],
  ] as const)("a softmax of %s is %s, as the CPU backend's is", async ([numbers, expected]) => {
    const logits = Float32Array.from(numbers);
    const made = await runOperation(build, { kind: "softmax", x: value(0, 1, 1, 3), y: value(1, 1, 1, 3) }, [logits]);
    expect([...made]).toEqual([expected, expected, expected]);
    expect([...made]).toEqual([...tf.tidy(() => tf.softmax(tf.tensor1d(logits)).dataSync<"float32">())]);
  });

  test("what has no chance at all has none in a softmax, and what is far ahead has all", async () => {
    const run = (...logits: number[]) =>
      runOperation(build, { kind: "softmax", x: value(0, 1, 1, 3), y: value(1, 1, 1, 3) }, [Float32Array.from(logits)]);
    expectClose(await run(0, -Infinity, 0), [0.5, 0, 0.5]);
    expectClose(await run(3e38, -3e38, 1), [1, 0, 0]);
  });
});
