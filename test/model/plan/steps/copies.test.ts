// Numbers that only move: in their order, to the last bit, between zeros and beside each other.

import { assert, asyncProperty, integer, record } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { BUILDS } from "../../kernels/scratch-memory.ts";
import { numbersFrom } from "./arbitrary-numbers.ts";
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

describe.for(BUILDS)("in the %s build", (build) => {
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
