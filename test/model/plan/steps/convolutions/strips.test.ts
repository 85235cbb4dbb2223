// A block that is run in strips gives, number for number, what its three convolutions give one after the other.

import { assert, asyncProperty, boolean, constantFrom, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { activations, linear } from "../../../../../src/model/kernels/activation.ts";
import { cutIntoStrips } from "../../../../../src/model/plan/operations/cut-into-strips.ts";
import { useLevels } from "../../../../../src/model/plan/operations/use-levels.ts";
import type { Convolution, Depthwise, Single, Value } from "../../../../../src/model/plan/operations/operation.ts";
import { BUILDS } from "../../../kernels/scratch-memory.ts";
import { numbersFrom } from "../arbitrary-numbers.ts";
import { runOperation, runOperations, value } from "../run-operation.ts";

const NO_BORDERS = { top: 0, bottom: 0, left: 0, right: 0 };
const pointwise: Convolution["window"] = { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding: NO_BORDERS };

type Block = {
  expand: Convolution & { y: Value };
  filter: Depthwise & { y: Value };
  project: Convolution & { y: Value };
};

const blocks = record({
  height: integer({ min: 20, max: 40 }),
  channels: integer({ min: 1, max: 5 }),
  taps: constantFrom(3, 5),
  stride: constantFrom(1, 2),
  hasTop: boolean(),
  hasResidual: boolean(),
  seed: integer(),
});

type Drawn = { height: number; channels: number; taps: number; stride: number; hasTop: boolean; seed: number };

/** The expanded image is 60 pixels wide and has 96 channels: 23 KB a line, so that 20 of them do not fit. */
function toBlock({ height, channels, taps, stride, hasTop, seed }: Drawn): Block {
  const { ordinary } = numbersFrom(seed);
  const border = Math.floor(taps / 2);
  const padding = { top: hasTop ? border : 0, bottom: border, left: border, right: border };
  const [x, expanded] = [value(0, height, 60, channels), value(2, height, 60, 96)];
  const madeHeight = Math.floor((height + padding.top + border - taps) / stride) + 1;
  const madeWidth = Math.floor((60 + 2 * border - taps) / stride) + 1;
  const [filtered, y] = [value(3, madeHeight, madeWidth, 96), value(4, madeHeight, madeWidth, 7)];
  const window = { size: [taps, taps], strides: [stride, stride], dilations: [1, 1], padding } as const;
  const expand = { kind: "convolution", x, y: expanded, window: pointwise, activation: activations.relu6 } as const;
  const filter = { kind: "depthwise", x: expanded, y: filtered, window, activation: activations.relu6 } as const;
  const project = { kind: "convolution", x: filtered, y, window: pointwise, activation: linear } as const;
  return {
    expand: { ...expand, kernel: ordinary(channels * 96), bias: ordinary(96) },
    filter: { ...filter, kernel: ordinary(taps * taps * 96), bias: ordinary(96) },
    project: { ...project, kernel: ordinary(96 * 7), bias: ordinary(7) },
  };
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("strips are the whole, with and without borders, strides and residuals", async () => {
    const property = asyncProperty(blocks, async (drawn) => {
      const { expand, filter, project } = toBlock(drawn);
      const image = numbersFrom(drawn.seed).mixed(drawn.height * 60 * drawn.channels);
      const { y } = project;
      const residual = numbersFrom(drawn.seed).mixed(y.height * y.width * y.channels);
      const finish = drawn.hasResidual ? { ...project, residual: { ...y, id: 1 } } : project;
      const last = (filtered: Float32Array) => [filtered, ...(drawn.hasResidual ? [residual] : [])];
      const expanded = await runOperation(build, expand, [image]);
      const whole = await runOperation(build, finish, last(await runOperation(build, filter, [expanded])));
      const [strips, ...others] = cutIntoStrips([expand, filter, finish], new Set([y.id]));
      expect([strips.kind, others]).toEqual(["strips", []]);
      if (strips.kind !== "strips") throw new Error("there are no strips");
      expect(await runOperation(build, strips, last(image))).toEqual(whole);
    });
    await assert(property, { seed: 20260504, numRuns: 12, endOnFailure: true });
  });
});

describe.for(BUILDS)("in the %s build, of levels", (build) => {
  test("strips are the whole, with and without borders, strides and residuals", async () => {
    const property = asyncProperty(blocks, async (drawn) => {
      // A quarter of the bytes: the image is as much higher.
      const { expand, filter, project } = toBlock({ ...drawn, height: 4 * drawn.height });
      const { y } = project;
      const residual = { ...y, id: 1 };
      const finish = drawn.hasResidual ? { ...project, residual } : project;
      const { mixed } = numbersFrom(drawn.seed);
      const numbers = [expand.x, ...(drawn.hasResidual ? [residual] : [])].map((read) =>
        mixed(read.height * read.width * read.channels),
      );
      const source: Single = {
        kind: "stock",
        xs: [],
        ys: [expand.x, ...(drawn.hasResidual ? [residual] : [])],
        run: () => numbers,
      };
      const signed = { scale: 0.5, zeroPoint: 60, highest: 127 as const };
      const onLevels = useLevels(
        {
          input: value(-1, 1, 1, 1),
          operations: [source, expand, filter, finish],
          outputs: [y],
          nameOf: ({ id }) => String(id),
        },
        {
          layers: new Set(["2", "3", "4"]),
          values: new Map([
            ["0", signed],
            ["1", signed],
            ["2", { scale: 0.05, zeroPoint: 3, highest: 127 as const }],
            ["3", { scale: 0.05, zeroPoint: 0, highest: 127 as const }],
            ["4", signed],
          ]),
        },
      );
      const cut = cutIntoStrips(onLevels, new Set([y.id]));
      expect(cut.map(({ kind }) => kind)).toContain("strips");
      expect(await runOperations(build, cut, y)).toEqual(await runOperations(build, onLevels, y));
    });
    await assert(property, { seed: 20260505, numRuns: 8, endOnFailure: true });
  });
});

test("what somebody else reads stays whole", () => {
  const { expand, filter, project } = toBlock({ height: 30, channels: 3, taps: 3, stride: 1, hasTop: true, seed: 1 });
  const block: Single[] = [expand, filter, project];
  expect(cutIntoStrips(block, new Set([expand.y.id]))).toEqual(block);
  const reader: Single = { kind: "softmax", x: filter.y, y: value(9, 1, 1, 1) };
  expect(cutIntoStrips([...block, reader], new Set())).toEqual([...block, reader]);
});

test("what fits in the processor's cache stays whole", () => {
  const { expand, filter, project } = toBlock({ height: 9, channels: 3, taps: 3, stride: 1, hasTop: true, seed: 1 });
  expect(cutIntoStrips([expand, filter, project], new Set())).toEqual([expand, filter, project]);
});
