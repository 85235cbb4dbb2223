// Turning and mirroring, for every orientation and for any number and depth of channels.

import { describe, expect, test } from "vitest";
import type { Orientation } from "../../../src/image/orientation/exif-orientation.ts";
import { orient } from "../../../src/image/orientation/orient.ts";
import type { Pixels } from "../../../src/image/pixels.ts";

// 1 2 3
// 4 5 6
const grey: Pixels = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6), maxValue: 255 };

describe("orientation", () => {
  test.each<[Orientation, number, number, number[]]>([
    [1, 3, 2, [1, 2, 3, 4, 5, 6]],
    [2, 3, 2, [3, 2, 1, 6, 5, 4]],
    [3, 3, 2, [6, 5, 4, 3, 2, 1]],
    [4, 3, 2, [4, 5, 6, 1, 2, 3]],
    [5, 2, 3, [1, 4, 2, 5, 3, 6]],
    [6, 2, 3, [4, 1, 5, 2, 6, 3]],
    [7, 2, 3, [6, 3, 5, 2, 4, 1]],
    [8, 2, 3, [3, 6, 2, 5, 1, 4]],
  ])("%i puts every pixel in its place", (orientation, width, height, data) => {
    expect(orient(grey, orientation)).toEqual({
      width,
      height,
      channels: 1,
      data: Uint8Array.from(data),
      maxValue: 255,
    });
  });

  test("keeps the channels of a pixel together", () => {
    const rgb: Pixels = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6), maxValue: 255 };
    expect(orient(rgb, 3).data).toEqual(Uint8Array.of(4, 5, 6, 1, 2, 3));
  });

  test("keeps 16 bits", () => {
    const deep: Pixels = { width: 2, height: 1, channels: 1, data: Uint16Array.of(256, 65535), maxValue: 65535 };
    expect(orient(deep, 6)).toEqual({ ...deep, width: 1, height: 2, data: Uint16Array.of(256, 65535) });
  });

  test.each<[Orientation, x: number, y: number, width: number, height: number]>([
    [2, 0.25, 0, 2.75, 1.5],
    [3, 0.25, 0.5, 2.75, 1.5],
    [4, 0, 0.5, 2.75, 1.5],
    [5, 0, 0, 1.5, 2.75],
    [6, 0.5, 0, 1.5, 2.75],
    [7, 0.5, 0.25, 1.5, 2.75],
    [8, 0, 0.25, 1.5, 2.75],
  ])("%i leaves a picture where it ended within the last sample", (orientation, x, y, width, height) => {
    const reduced: Pixels = { ...grey, extent: { x: 0, y: 0, width: 2.75, height: 1.5 } };
    expect(orient(reduced, orientation).extent).toEqual({ x, y, width, height });
  });

  test("does not copy an upright picture", () => {
    expect(orient(grey, 1)).toBe(grey);
  });
});
