// Conversions, sums and pools of levels: the same to the last level as one number after the other, in both builds.

import { assert, asyncProperty, constantFrom, integer, record, type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { activations, linear } from "../../../../../src/model/kernels/activation.ts";
import type { Pool } from "../../../../../src/model/plan/operations/operation.ts";
import type { Levels } from "../../../../../src/bundle/quantisation.ts";
import { BUILDS } from "../../../kernels/scratch-memory.ts";
import { numbersFrom } from "../arbitrary-numbers.ts";
import { runOperations, value } from "../run-operation.ts";
import { plainBounds, plainLevels, plainNumbers } from "./plain-levels.ts";
import { runOnLevels } from "./run-on-levels.ts";

const f = Math.fround;

const anyLevels: Arbitrary<Levels> = constantFrom<127 | 255>(127, 255).chain((highest) =>
  record({
    scale: constantFrom(0.01, 0.0631, 0.5),
    zeroPoint: integer({ min: 0, max: highest }),
    highest: constantFrom(highest),
  }),
);

const sizes = record({
  height: integer({ min: 1, max: 7 }),
  width: integer({ min: 1, max: 7 }),
  channels: integer({ min: 1, max: 35 }),
  a: anyLevels,
  b: anyLevels,
  y: anyLevels,
  seed: integer(),
});

describe.for(BUILDS)("in the %s build", (build) => {
  test("numbers become the nearest levels, the ends for what is beyond them and 0 for NaN, and numbers again", async () => {
    const levels: Levels = { scale: 0.5, zeroPoint: 10, highest: 127 };
    const numbers = [0, 0.5, 0.24, 0.26, -5, -5.3, 58.5, 1e9, Number.NaN, Infinity, -Infinity, 1e-41, -0];
    const x = value(0, 1, numbers.length, 1);
    const inLevels = { ...x, id: 1, levels };
    const y = { ...x, id: 2 };
    const made = await runOperations(
      build,
      [
        { kind: "stock", xs: [], ys: [x], run: () => [Float32Array.from(numbers)] },
        { kind: "convert", x, y: inLevels },
        { kind: "convert", x: inLevels, y },
      ],
      y,
    );
    expect([...made]).toEqual([0, 0.5, 0, 0.5, -5, -5, 58.5, 58.5, -5, 58.5, -5, 0, 0]);
  });

  test("sums of levels are exact, whatever their scales", async () => {
    const curves = constantFrom(linear, activations.relu);
    await assert(
      asyncProperty(sizes, curves, async ({ height, width, channels, a, b, y, seed }, activation) => {
        const { mixed } = numbersFrom(seed);
        const [first, second] = [0, 1].map(() => mixed(height * width * channels));
        const image = (id: number) => value(id, height, width, channels);
        const made = await runOnLevels(
          build,
          { kind: "add", a: image(0), b: image(1), y: image(2), activation },
          new Map([[0, a], [1, b], [2, y]]), // prettier-ignore
          [first, second],
        );
        const [aScale, bScale] = [a.scale / y.scale, b.scale / y.scale];
        const offset = f(y.zeroPoint - a.zeroPoint * aScale - b.zeroPoint * bScale + 0.5);
        const { lowest, highest } = plainBounds(activation, y);
        const others = plainLevels(second, b);
        const expected = plainLevels(first, a).map((level, i) => {
          const sum = f(f(offset + f(level * f(aScale))) + f(others[i] * f(bScale)));
          return Math.min(highest, Math.max(lowest, Math.trunc(sum)));
        });
        expect([...made]).toEqual(plainNumbers(expected, y));
      }),
      { seed: 20260603, numRuns: 30, endOnFailure: true },
    );
  });

  test.for(["maxPool", "averagePool"] as const)("a %s takes no rounding beyond that of its image", async (kind) => {
    const cases = record({ size: sizes, side: integer({ min: 1, max: 7 }), stride: integer({ min: 1, max: 2 }) });
    await assert(
      asyncProperty(cases, async ({ size: { height, width, channels, a, seed }, side, stride }) => {
        const x = value(0, height, width, channels);
        const [rows, columns] = [height, width].map((length) => Math.ceil(length / stride));
        const y = value(2, rows, columns, channels);
        const padding = { top: 0, bottom: side - 1, left: 0, right: side - 1 };
        const pool: Pool = { kind, x, window: { size: [side, side], strides: [stride, stride], padding } };
        const numbers = numbersFrom(seed).mixed(height * width * channels);
        const operations = [
          { kind: "stock" as const, xs: [], ys: [x], run: () => [numbers] },
          { kind: "convert" as const, x, y: { ...x, id: 1, levels: a } },
        ];
        const inLevels = { ...x, id: 1, levels: a };
        const made =
          kind === "averagePool"
            ? await runOperations(build, [...operations, { ...pool, x: inLevels, y }], y)
            : await runOperations(
                build,
                [
                  ...operations,
                  { ...pool, x: inLevels, y: { ...y, id: 3, levels: a } },
                  { kind: "convert", x: { ...y, id: 3, levels: a }, y },
                ],
                y,
              );
        const levels = plainLevels(numbers, a);
        const expected = Array.from({ length: rows * columns * channels }, (_, i) => {
          const [row, column] = [Math.floor(i / channels / columns), Math.floor(i / channels) % columns];
          const seen: number[] = [];
          for (let dy = row * stride; dy < Math.min(height, row * stride + side); dy++)
            for (let dx = column * stride; dx < Math.min(width, column * stride + side); dx++)
              seen.push(levels[(dy * width + dx) * channels + (i % channels)]);
          if (kind === "maxPool") return plainNumbers([Math.max(...seen)], a)[0];
          const mean = f(seen.reduce((sum, level) => sum + level, 0) / seen.length);
          return f(f(mean - a.zeroPoint) * f(a.scale));
        });
        expect([...made]).toEqual(expected);
      }),
      { seed: 20260604, numRuns: 30, endOnFailure: true },
    );
  });
});
