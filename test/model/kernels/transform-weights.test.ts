import { describe, expect, test } from "vitest";
import { packPanels, PANEL_COLUMNS, toPanelWidth } from "../../../src/model/kernels/pack-panels.ts";
import { matricesOf, type Tile } from "../../../src/model/kernels/tile.ts";
import { BUILDS, createScratch, type Scratch } from "./scratch-memory.ts";

type Weights = { kernel: ArrayLike<number>; channels: number; columns: number };

function transform(scratch: Scratch, { kernel, channels, columns }: Weights, tile: Tile, group: number): Float32Array {
  const width = toPanelWidth(columns);
  const length = matricesOf(tile) * channels * width;
  const panels = scratch.floats(packPanels(Float32Array.from(kernel), 9 * channels, columns));
  const [made, between] = [scratch.output(length), scratch.output(72)];
  scratch.kernels.transformWeights(tile, channels, width / PANEL_COLUMNS, group, panels, made, between);
  expect(scratch.overruns()).toEqual([]);
  return scratch.read(made, length);
}

/** One channel to one column, without the seven columns that there are not. */
function transformOne(scratch: Scratch, kernel: number[], tile: Tile): number[] {
  const made = transform(scratch, { kernel, channels: 1, columns: 1 }, tile, 1);
  expect(made.every((number, i) => number === 0 || i % 8 === 0)).toBe(true);
  return Array.from({ length: made.length / 8 }, (_, i) => Number(made[8 * i].toFixed(5)));
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("for tiles of 2 pixels nine weights become sixteen by Lavin and Gray's matrix", async () => {
    const scratch = await createScratch(build);
    // prettier-ignore
    expect(transformOne(scratch, [1, 0, 0, 0, 0, 0, 0, 0, 0], 2)).toEqual([
      1, 0.5, 0.5, 0,
      0.5, 0.25, 0.25, 0,
      0.5, 0.25, 0.25, 0,
      0, 0, 0, 0,
    ]);
    // prettier-ignore
    expect(transformOne(scratch, [0, 0, 0, 0, 0, 4, 0, 0, 0], 2)).toEqual([
      0, 0, 0, 0,
      0, 1, 1, 2,
      0, -1, -1, -2,
      0, 0, 0, 0,
    ]);
  });

  test("for tiles of 4 pixels they become thirty-six, by points of which the largest is the square root of 2", async () => {
    const scratch = await createScratch(build);
    // prettier-ignore
    expect(transformOne(scratch, [0, 0, 0, 0, 0, 0, 0, 0, 6], 4)).toEqual([
      0, 0, 0, 0, 0, 0,
      0, 0.66667, 0.66667, -0.66667, -0.66667, -2,
      0, 0.66667, 0.66667, -0.66667, -0.66667, -2,
      0, -0.66667, -0.66667, 0.66667, 0.66667, 2,
      0, -0.66667, -0.66667, 0.66667, 0.66667, 2,
      0, -2, -2, 2, 2, 6,
    ]);
    // Of the middle column the points themselves: -sqrt(1/2) / 1.5 and sqrt(2) / 6.
    expect(transformOne(scratch, [0, 1, 0, 0, 0, 0, 0, 0, 0], 4).slice(0, 6)).toEqual([
      0, -0.4714, 0.4714, 0.2357, -0.2357, 0,
    ]);
  });

  test("panels of a group stand beside each other for each matrix, and the last group has what is left", async () => {
    // Of two channels to 17 columns: 100 times the channel and the column, in the corner that is the first matrix alone.
    const kernel = Array.from({ length: 9 * 2 * 17 }, (_, i) => (i < 34 ? 100 * Math.floor(i / 17) + (i % 17) : 0));
    const made = transform(await createScratch(build), { kernel, channels: 2, columns: 17 }, 2, 2);
    expect(made.length).toBe(16 * 2 * 24);
    // prettier-ignore
    expect([...made.subarray(0, 32)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 100, 101, 102, 103, 104, 105, 106, 107,
      8, 9, 10, 11, 12, 13, 14, 15, 108, 109, 110, 111, 112, 113, 114, 115,
    ]);
    expect([...made.subarray(32, 36)]).toEqual([0, 0.5, 1, 1.5]);
    expect([...made.subarray(16 * 32, 16 * 32 + 16)]).toEqual([16, 0, 0, 0, 0, 0, 0, 0, 116, 0, 0, 0, 0, 0, 0, 0]);
  });
});
