// Convolutions in tiles against the JavaScript CPU backend, over sizes, borders, blocks and numbers of every kind.

import { assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { linear } from "../../../../../../src/model/kernels/activation.ts";
import type { Tile } from "../../../../../../src/model/kernels/tile.ts";
import { planTiles } from "../../../../../../src/model/plan/operations/winograd/plan-tiles.ts";
import type { Convolution, Value } from "../../../../../../src/model/plan/operations/operation.ts";
import { BUILDS } from "../../../../kernels/scratch-memory.ts";
import { numbersFrom } from "../../arbitrary-numbers.ts";
import { computeOnCpu, sizes, toCase, toComputation, type Case } from "../convolution-case.ts";
import { expectClose } from "../../expect-close.ts";
import { runOperation, value } from "../../run-operation.ts";
import { useCpuBackend } from "../../use-cpu-backend.ts";

beforeAll(() => useCpuBackend());

const cases = record({
  size: sizes({ kind: "convolution", side: 14, window: constantFrom(3), strides: 1, dilations: 1 }),
  /** Four channels of x each. */
  fours: integer({ min: 1, max: 5 }),
  tile: constantFrom<Tile>(2, 4),
  block: integer({ min: 1, max: 16 }),
  group: integer({ min: 1, max: 3 }),
});

type Drawn = { tile: Tile; block: number; group: number };

/** In blocks of the size that is drawn, with room for one. */
function inTiles(example: Case, { tile, block, group }: Drawn): Convolution & { y: Value } {
  const computation = toComputation(example);
  if (computation.kind !== "convolution") throw new Error("the case is not a convolution");
  const { x } = computation;
  const { scratchBytes } = planTiles({ x, y: value(-1, block * tile, tile, 8 * group) }, tile);
  return { ...computation, winograd: { tile, block, group, scratch: value(9, 1, 1, scratchBytes / 4) } };
}

const readsOf = ({ image, residual }: Case): Float32Array[] => [image, ...(residual ? [residual] : [])];

describe.for(BUILDS)("in the %s build", (build) => {
  test("a convolution in tiles is the CPU backend's, whatever its size", async () => {
    const property = asyncProperty(cases, async ({ size, fours, ...drawn }) => {
      const whole = toCase("convolution", { ...size, channels: 4 * fours });
      const { ordinary } = numbersFrom(size.seed);
      const { image, residual } = whole;
      const example = { ...whole, image: ordinary(image.length), residual: residual && ordinary(residual.length) };
      const made = await runOperation(build, inTiles(example, drawn), readsOf(example));
      expectClose(made, computeOnCpu(example), 64);
    });
    await assert(property, { seed: 20260506, numRuns: 120, endOnFailure: true });
  });

  test("what is not finite makes what sums it not finite, and touches no other tile", async () => {
    const property = asyncProperty(cases, async ({ size, fours, ...drawn }) => {
      const whole = toCase("convolution", { ...size, channels: 4 * fours, curve: "linear", hasResidual: false });
      const { ordinary } = numbersFrom(size.seed);
      const image = ordinary(whole.image.length);
      image[Math.abs(size.seed) % image.length] = [Number.NaN, Infinity, -Infinity][Math.abs(size.seed) % 3];
      const example = { ...whole, image };
      const made = await runOperation(build, inTiles(example, drawn), [image]);
      const expected = computeOnCpu(example);
      const { y } = example;
      const tileOf = (i: number) => {
        const pixel = Math.floor(i / y.channels);
        const row = Math.floor(pixel / y.width);
        return [row, pixel - row * y.width].map((at) => Math.floor(at / drawn.tile)).join();
      };
      const touched = new Set([...expected.keys()].filter((i) => !Number.isFinite(expected[i])).map(tileOf));
      // A window of a tile is the windows of its pixels: what none of them has no other pixel of it has.
      const kept = [...expected.keys()].filter((i) => !touched.has(tileOf(i)));
      expectClose(
        kept.map((i) => made[i]),
        kept.map((i) => expected[i]),
        64,
      );
      for (const [i, wanted] of expected.entries())
        if (!Number.isFinite(wanted)) expect(Number.isFinite(made[i])).toBe(false);
    });
    await assert(property, { seed: 20260507, numRuns: 60, endOnFailure: true });
  });

  test.for([
    [2, 5e-7],
    [4, 2e-6],
  ] as const)("in tiles of %s pixels the error is at most %s of the largest sum", async ([tile, most]) => {
    const [x, y] = [value(0, 12, 12, 64), value(2, 12, 12, 16)];
    const { ordinary } = numbersFrom(20260508);
    const [image, kernel, bias] = [ordinary(12 * 12 * 64), ordinary(9 * 64 * 16), ordinary(16)];
    const { scratchBytes, ...plan } = planTiles({ x, y }, tile);
    const convolution: Convolution & { y: Value } = {
      kind: "convolution",
      x,
      y,
      window: { size: [3, 3], strides: [1, 1], dilations: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } },
      activation: linear,
      kernel,
      bias,
      winograd: { ...plan, scratch: value(9, 1, 1, scratchBytes / 4) },
    };
    const made = await runOperation(build, convolution, [image]);
    const sums = sumInDoubles(image, kernel, bias);
    const largest = sums.reduce((size, sum) => Math.max(size, Math.abs(sum)), 0);
    const error = sums.reduce((size, sum, i) => Math.max(size, Math.abs(made[i] - sum)), 0);
    expect(error / largest).toBeLessThan(most);
  });

  test("numbers of 1e30 times weights of 1e5 have finite sums", async () => {
    for (const tile of [2, 4] as const) {
      const [x, y] = [value(0, 8, 8, 8), value(2, 8, 8, 8)];
      const padding = { top: 1, bottom: 1, left: 1, right: 1 };
      const window = { size: [3, 3], strides: [1, 1], dilations: [1, 1], padding } as const;
      const { scratchBytes, ...plan } = planTiles({ x, y }, tile);
      const made = await runOperation(
        build,
        {
          kind: "convolution",
          x,
          y,
          window,
          activation: linear,
          kernel: new Float32Array(9 * 8 * 8).fill(1e5),
          bias: new Float32Array(8),
          winograd: { ...plan, scratch: value(9, 1, 1, scratchBytes / 4) },
        },
        [new Float32Array(8 * 8 * 8).fill(1e30)],
      );
      // Four pixels of eight channels in a corner, nine inside.
      expect([made[0] / 32e35, made[(3 * 8 + 3) * 8] / 72e35].map((ratio) => Number(ratio.toFixed(4)))).toEqual([1, 1]);
    }
  });
});

/** Of 12x12 pixels with 64 channels to 16, a border of one pixel around them. */
function sumInDoubles(image: Float32Array, kernel: Float32Array, bias: Float32Array): Float64Array {
  const sums = Float64Array.from({ length: 12 * 12 * 16 }, (_, i) => bias[i % 16]);
  for (let i = 0; i < sums.length; i++) {
    const [row, column] = [Math.floor(i / 16 / 12), Math.floor(i / 16) % 12];
    for (let tap = 0; tap < 9; tap++) {
      const [fromRow, fromColumn] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
      if (Math.min(fromRow, fromColumn) < 0 || Math.max(fromRow, fromColumn) > 11) continue;
      for (let c = 0; c < 64; c++)
        sums[i] += image[(fromRow * 12 + fromColumn) * 64 + c] * kernel[(tap * 64 + c) * 16 + (i % 16)];
    }
  }
  return sums;
}
