// One row of pixels in the graph's colour, from every kind of image.

import { describe, expect, test } from "vitest";
import type { Pixels } from "../../src/image/pixels.ts";
import { readRow } from "../../src/preprocess/read-row.ts";

/** The samples of row `y` over a background of 0, unless another is given. */
function rowOf(pixels: Pixels, targetChannels: 1 | 3, { y = 0, background = 0 } = {}): number[] {
  const row = new Float64Array(pixels.width * targetChannels);
  readRow(pixels.data, y * pixels.width * pixels.channels, pixels, targetChannels, background, row);
  return [...row];
}

const grey: Pixels = { width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 255, 10, 20), maxValue: 255 };
const rgb: Pixels = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 1, 2, 3), maxValue: 255 };

describe("an 8-bit image", () => {
  test("of grey is read row by row as it is", () => {
    expect(rowOf(grey, 1)).toEqual([0, 255]);
    expect(rowOf(grey, 1, { y: 1 })).toEqual([10, 20]);
  });

  test("of grey becomes three equal channels", () => {
    expect(rowOf(grey, 3)).toEqual([0, 0, 0, 255, 255, 255]);
  });

  test("of RGB is read as it is", () => {
    expect(rowOf(rgb, 3)).toEqual([255, 0, 0, 1, 2, 3]);
  });

  test.each([
    ["red", [255, 0, 0], 76.245],
    ["green", [0, 255, 0], 149.685],
    ["blue", [0, 0, 255], 29.07],
    ["white", [255, 255, 255], 255],
    ["black", [0, 0, 0], 0],
  ])("of RGB becomes the grey of BT.601, unrounded: %s", (_colour, data, luma) => {
    const [value] = rowOf({ width: 1, height: 1, channels: 3, data: Uint8Array.from(data), maxValue: 255 }, 1);
    expect(value).toBeCloseTo(luma, 10);
  });

  test("that is clamped reads like any other", () => {
    expect(rowOf({ ...grey, data: Uint8ClampedArray.of(300, 128, 0, 0) }, 1)).toEqual([255, 128]);
  });
});

describe("a 16-bit image", () => {
  test("is read on the scale of 0 to 255, with what lies between", () => {
    const data = Uint16Array.of(0, 257, 128, 65_535);
    const row = rowOf({ width: 4, height: 1, channels: 1, data, maxValue: 65_535 }, 1);
    expect(row[0]).toBe(0);
    expect(row[1]).toBeCloseTo(1, 12);
    expect(row[2]).toBeCloseTo(128 / 257, 12);
    expect(row[3]).toBeCloseTo(255, 12);
  });

  test("takes its alpha on its own scale", () => {
    const data = Uint16Array.of(65_535, 13_107);
    const [value] = rowOf({ width: 1, height: 1, channels: 2, data, maxValue: 65_535 }, 1);
    expect(value).toBeCloseTo(51, 12);
  });
});

describe("a transparent image is laid over the background", () => {
  const greyAlpha: Pixels = {
    width: 3,
    height: 1,
    channels: 2,
    data: Uint8Array.of(200, 255, 200, 0, 200, 51),
    maxValue: 255,
  };
  const rgba: Pixels = { width: 1, height: 1, channels: 4, data: Uint8Array.of(255, 100, 0, 51), maxValue: 255 };

  test("in grey: opaque, clear, and one fifth opaque", () => {
    const row = rowOf(greyAlpha, 1, { background: 100 });
    expect(row.slice(0, 2)).toEqual([200, 100]);
    expect(row[2]).toBeCloseTo(120, 12);
  });

  test("in colour", () => {
    const [red, green, blue] = rowOf(rgba, 3, { background: 100 });
    expect(red).toBeCloseTo(131, 12);
    expect(green).toBeCloseTo(100, 12);
    expect(blue).toBeCloseTo(80, 12);
  });

  test("in colour read as grey", () => {
    const [value] = rowOf(rgba, 1, { background: 100 });
    expect(value).toBeCloseTo((0.299 * 255 + 0.587 * 100) / 5 + 80, 10);
  });

  test("so that the colour of a clear pixel does not matter", () => {
    const white = { ...rgba, data: Uint8Array.of(255, 255, 255, 0) };
    const black = { ...rgba, data: Uint8Array.of(0, 0, 0, 0) };
    expect(rowOf(white, 3, { background: 7 })).toEqual([7, 7, 7]);
    expect(rowOf(black, 3, { background: 7 })).toEqual([7, 7, 7]);
  });
});
