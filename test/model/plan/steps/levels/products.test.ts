// Convolutions and matrix products of levels: the same to the last level as whole numbers summed one after the other, in
// both builds, whatever the sizes.

import { assert, asyncProperty, boolean, constantFrom, integer, record, type Arbitrary } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { activations, linear } from "../../../../../src/model/kernels/activation.ts";
import { toEightBits } from "../../../../../src/model/kernels/pack-levels.ts";
import type { Convolution, Depthwise } from "../../../../../src/model/plan/operations/operation.ts";
import type { Levels } from "../../../../../src/bundle/quantisation.ts";
import { toDequantisation, toRequantisation } from "../../../../../src/model/plan/steps/levels/requantisation.ts";
import { BUILDS } from "../../../kernels/scratch-memory.ts";
import { numbersFrom } from "../arbitrary-numbers.ts";
import { anyCurve, curves, onCpu } from "../curves.ts";
import { expectClose } from "../expect-close.ts";
import { value } from "../run-operation.ts";
import { useCpuBackend } from "../use-cpu-backend.ts";
import { plainBounds, plainLevels, plainNumbers, plainRounding, plainSums } from "./plain-levels.ts";
import { runOnLevels } from "./run-on-levels.ts";

const f = Math.fround;
beforeAll(() => useCpuBackend());

/** The others make no levels. */
const clamps = { linear, relu: activations.relu, relu6: activations.relu6 };

const levelsOf = (highest: 127 | 255): Arbitrary<Levels> =>
  record({
    // The largest are too coarse for what is made, the smallest saturate.
    scale: constantFrom(0.001, 0.02, 0.0631, 0.5),
    zeroPoint: integer({ min: 0, max: highest }),
    highest: constantFrom(highest),
  });

const anyLevels = constantFrom<127 | 255>(127, 255).chain(levelsOf);

const sizes = record({
  height: integer({ min: 1, max: 9 }),
  width: integer({ min: 1, max: 9 }),
  channels: integer({ min: 1, max: 19 }),
  made: integer({ min: 1, max: 19 }),
  strideY: integer({ min: 1, max: 2 }),
  strideX: integer({ min: 1, max: 2 }),
  dilation: constantFrom(1, 1, 2),
  border: integer({ min: 0, max: 2 }),
  hasResidual: boolean(),
  seed: integer(),
  curve: constantFrom<keyof typeof clamps>("linear", "relu", "relu6"),
  x: anyLevels,
  y: anyLevels,
  r: anyLevels,
});

type Size = typeof sizes extends Arbitrary<infer Drawn> ? Drawn : never;

function toOperation(kind: "convolution" | "depthwise", side: number, size: Size) {
  const { height, width, channels, border, dilation } = size;
  const reach = (side - 1) * dilation + 1;
  const [top, left] = [Math.max(border, reach - height), Math.max(border, reach - width)];
  const made = kind === "depthwise" ? channels : size.made;
  const madeHeight = Math.floor((top + height + border - reach) / size.strideY) + 1;
  const madeWidth = Math.floor((left + width + border - reach) / size.strideX) + 1;
  const { ordinary, mixed } = numbersFrom(size.seed);
  const y = value(2, madeHeight, madeWidth, made);
  const residual = size.hasResidual && kind === "convolution" ? { ...y, id: 1 } : undefined;
  const kernel = ordinary(side * side * channels * (kind === "depthwise" ? 1 : made));
  const operation: (Convolution | Depthwise) & { y: typeof y } = {
    kind,
    x: value(0, height, width, channels),
    y,
    ...(residual && { residual }),
    window: {
      size: [side, side],
      strides: [size.strideY, size.strideX],
      dilations: [dilation, dilation],
      padding: { top, bottom: border, left, right: border },
    },
    activation: clamps[size.curve],
    kernel,
    bias: ordinary(made),
  };
  const image = mixed(height * width * channels);
  return { operation, image, added: residual && ordinary(madeHeight * madeWidth * made) };
}

function computePlainly(example: ReturnType<typeof toOperation>, { x, y, r }: Size): number[] {
  const { operation, image, added } = example;
  const channels = operation.y.channels;
  const kernel = toEightBits(operation.kernel, channels);
  const { weights, multipliers, offsets } = toRequantisation({
    kernel,
    bias: operation.bias,
    x,
    y,
    ...(added && { residual: r }),
  });
  const sums = plainSums(operation, operation.y, plainLevels(image, x), weights, x.zeroPoint);
  const residuals = added && plainLevels(added, r);
  const bounds = plainBounds(operation.activation, y);
  const levels = sums.map((sum, i) =>
    plainRounding(
      f(f(sum + offsets[i % channels]) * multipliers[i % channels]),
      residuals && { level: residuals[i], factor: r.scale / y.scale },
      bounds,
    ),
  );
  return plainNumbers(levels, y);
}

describe.for(BUILDS)("in the %s build", (build) => {
  test.for([
    ["convolution", 1],
    ["convolution", 2],
    ["convolution", 3],
    ["depthwise", 2],
    ["depthwise", 3],
    ["depthwise", 5],
  ] as const)("a %s with a window of %s is exact, and nothing is written beside it", async ([kind, side]) => {
    await assert(
      asyncProperty(sizes, async (size) => {
        const example = toOperation(kind, side, size);
        const { operation, image, added } = example;
        const levels = new Map([
          [0, size.x],
          [1, size.r],
          [2, size.y],
        ]);
        const made = await runOnLevels(build, operation, levels, added ? [image, added] : [image]);
        expect([...made]).toEqual(computePlainly(example, size));
      }),
      { seed: 20260601, numRuns: 30, endOnFailure: true },
    );
  });

  test("a dense layer is exact but for its curve, whatever its counts of inputs and outputs", async () => {
    const cases = record({
      depth: integer({ min: 1, max: 70 }),
      columns: integer({ min: 1, max: 19 }),
      x: anyLevels,
      curve: anyCurve,
      seed: integer(),
    });
    await assert(
      asyncProperty(cases, async ({ depth, columns, x, curve, seed }) => {
        const { ordinary, mixed } = numbersFrom(seed);
        const [row, weights, bias] = [mixed(depth), ordinary(depth * columns), ordinary(columns)];
        const made = await runOnLevels(
          build,
          {
            kind: "dense",
            x: value(0, 1, 1, depth),
            y: value(1, 1, 1, columns),
            kernel: weights,
            bias,
            activation: curves[curve],
          },
          new Map([[0, x]]),
          [row],
        );
        const kernel = toEightBits(weights, columns);
        const { multipliers, offsets } = toDequantisation({ kernel, bias, x });
        const levels = plainLevels(row, x);
        const expected = Array.from({ length: columns }, (_, c) => {
          const sum = levels.reduce((total, level, k) => total + level * kernel.values[k * columns + c], 0);
          return f(f(f(sum) * multipliers[c]) + offsets[c]);
        });
        if (curve === "linear") expect([...made]).toEqual(expected);
        expectClose(
          made,
          tf.tidy(() => onCpu[curve](tf.tensor1d(expected)).dataSync<"float32">()),
        );
      }),
      { seed: 20260602, numRuns: 60, endOnFailure: true },
    );
  });
});

test("weights that were rounded once are rounded to the same, so that a bundle may hold them", () => {
  const { values, scales } = toEightBits(numbersFrom(5).ordinary(600), 6);
  const stored = Float32Array.from(values, (weight, i) => f(weight * f(scales[i % 6])));
  expect(toEightBits(stored, 6).values).toEqual(values);
});
