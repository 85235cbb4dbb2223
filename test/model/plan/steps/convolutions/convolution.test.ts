// Convolutions against the JavaScript CPU backend, over sizes, strides, borders, dilations and numbers of every kind.

import { assert, asyncProperty, constantFrom, integer } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { BUILDS } from "../../../kernels/scratch-memory.ts";
import { computeOnCpu, sizes, toCase, toComputation, type Limits } from "./convolution-case.ts";
import { expectClose } from "../expect-close.ts";
import { runOperation } from "../run-operation.ts";
import { useCpuBackend } from "../use-cpu-backend.ts";

beforeAll(() => useCpuBackend());

const any = integer({ min: 1, max: 4 });

const kinds: Record<string, Limits> = {
  "1x1 convolution": { kind: "convolution", side: 7, window: constantFrom(1), strides: 2, dilations: 1 },
  convolution: { kind: "convolution", side: 7, window: any, strides: 3, dilations: 1 },
  "dilated convolution": { kind: "convolution", side: 7, window: any, strides: 1, dilations: 2 },
  "depthwise 3x3 convolution": { kind: "depthwise", side: 17, window: constantFrom(3), strides: 1, dilations: 1 },
  "depthwise 5x5 convolution": { kind: "depthwise", side: 17, window: constantFrom(5), strides: 1, dilations: 1 },
  "depthwise convolution": { kind: "depthwise", side: 8, window: any, strides: 3, dilations: 1 },
  "dilated depthwise convolution": { kind: "depthwise", side: 8, window: any, strides: 1, dilations: 2 },
};

describe.for(BUILDS)("in the %s build", (build) => {
  test.for(Object.entries(kinds))(
    "a %s is the CPU backend's, whatever its size and its numbers",
    async ([, limits]) => {
      await assert(
        asyncProperty(sizes(limits), async (size) => {
          const example = toCase(limits.kind, size);
          const read = [example.image, ...(example.residual ? [example.residual] : [])];
          const made = await runOperation(build, toComputation(example), read);
          expectClose(made, computeOnCpu(example), 16);
        }),
        { seed: 20260501, numRuns: 30, endOnFailure: true },
      );
    },
  );

  test.for([3, 5])("a depthwise convolution of %s taps a side in steps of 2 is the CPU backend's", async (side) => {
    const limits: Limits = { kind: "depthwise", side: 19, window: constantFrom(side), strides: 1, dilations: 1 };
    await assert(
      asyncProperty(sizes(limits), async (size) => {
        const example = toCase("depthwise", size);
        const { window, x, y } = example;
        const strides = [2, 2] as const;
        const strided = {
          ...example,
          window: { ...window, strides },
          y: { ...y, height: Math.ceil(y.height / 2), width: Math.ceil(y.width / 2) },
        };
        expect(x.channels).toBe(y.channels);
        expectClose(await runOperation(build, toComputation(strided), [example.image]), computeOnCpu(strided), 16);
      }),
      { seed: 20260502, numRuns: 30, endOnFailure: true },
    );
  });
});
