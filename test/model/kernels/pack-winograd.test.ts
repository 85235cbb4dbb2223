import { expect, test } from "vitest";
import { packWinograd } from "../../../src/model/kernels/pack-winograd.ts";

const rounded = (numbers: Iterable<number>) => Array.from(numbers, (number) => Number(number.toFixed(5)));

/** One channel to one column, without the seven columns that there are not. */
const packOne = (kernel: number[], tile: 2 | 4) => {
  const packed = packWinograd(Float32Array.from(kernel), { tile, channels: 1, columns: 1, group: 1 });
  expect(packed.filter((_, i) => i % 8 !== 0).every((number) => number === 0)).toBe(true);
  return rounded(packed.filter((_, i) => i % 8 === 0));
};

test("for tiles of 2 pixels nine weights become sixteen by Lavin and Gray's matrix", () => {
  expect(packOne([1, 0, 0, 0, 0, 0, 0, 0, 0], 2)).toEqual([
    1, 0.5, 0.5, 0, 0.5, 0.25, 0.25, 0, 0.5, 0.25, 0.25, 0, 0, 0, 0, 0,
  ]);
  expect(packOne([0, 0, 0, 0, 0, 4, 0, 0, 0], 2)).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 0, -1, -1, -2, 0, 0, 0, 0]);
});

test("for tiles of 4 pixels they become thirty-six, by points of which the largest is the square root of 2", () => {
  // prettier-ignore
  expect(packOne([0, 0, 0, 0, 0, 0, 0, 0, 6], 4)).toEqual([
    0, 0, 0, 0, 0, 0,
    0, 0.66667, 0.66667, -0.66667, -0.66667, -2,
    0, 0.66667, 0.66667, -0.66667, -0.66667, -2,
    0, -0.66667, -0.66667, 0.66667, 0.66667, 2,
    0, -0.66667, -0.66667, 0.66667, 0.66667, 2,
    0, -2, -2, 2, 2, 6,
  ]);
  expect(packOne([1, 0, 0, 0, 0, 0, 0, 0, 0], 4).slice(0, 6)).toEqual([1, -0.66667, -0.66667, 0.16667, 0.16667, 0]);
});

test("panels of a group stand beside each other for each matrix, and the last group has what is left", () => {
  // Of two channels to 17 columns: 100 times the channel and the column, in the corner that is the first matrix alone.
  const kernel = new Float32Array(9 * 2 * 17);
  for (let i = 0; i < 2 * 17; i++) kernel[i] = 100 * Math.floor(i / 17) + (i % 17);
  const packed = packWinograd(kernel, { tile: 2, channels: 2, columns: 17, group: 2 });
  expect(packed.length).toBe(16 * 2 * 24);
  // prettier-ignore
  expect([...packed.subarray(0, 32)]).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 100, 101, 102, 103, 104, 105, 106, 107,
    8, 9, 10, 11, 12, 13, 14, 15, 108, 109, 110, 111, 112, 113, 114, 115,
  ]);
  expect([...packed.subarray(32, 36)]).toEqual([0, 0.5, 1, 1.5]);
  expect([...packed.subarray(16 * 32, 16 * 32 + 16)]).toEqual([16, 0, 0, 0, 0, 0, 0, 0, 116, 0, 0, 0, 0, 0, 0, 0]);
});
