// Which part of the image is used and which part of the input it fills.

import { describe, expect, test } from "vitest";
import { placeImage } from "../../src/preprocess/place-image.ts";

const square = (mode: "stretch" | "contain" | "cover", size = 28) => ({
  width: size,
  height: size,
  resize: { mode, filter: "area" as const },
});

describe("stretch", () => {
  test.each([
    [100, 50],
    [1, 1],
    [10_000, 1],
  ])("uses all of a %i x %i image and fills the input", (width, height) => {
    expect(placeImage({ width, height }, square("stretch"))).toEqual({
      source: { x: 0, y: 0, width, height },
      target: { x: 0, y: 0, width: 28, height: 28 },
    });
  });
});

describe("contain", () => {
  test.each([
    ["a wide image between bars above and below", 100, 50, 28, { x: 0, y: 7, width: 28, height: 14 }],
    ["a tall image between bars left and right", 50, 100, 28, { x: 7, y: 0, width: 14, height: 28 }],
    ["a square image everywhere", 5, 5, 28, { x: 0, y: 0, width: 28, height: 28 }],
    ["an odd bar with its smaller half first", 4, 3, 4, { x: 0, y: 0, width: 4, height: 3 }],
    ["an image 10,000 times as wide as high in one row", 10_000, 1, 28, { x: 0, y: 13, width: 28, height: 1 }],
    ["an image 10,000 times as high as wide in one column", 1, 10_000, 28, { x: 13, y: 0, width: 1, height: 28 }],
    ["a large image in an input of one pixel", 100, 50, 1, { x: 0, y: 0, width: 1, height: 1 }],
  ])("puts %s", (_what, width, height, size, target) => {
    expect(placeImage({ width, height }, square("contain", size))).toEqual({
      source: { x: 0, y: 0, width, height },
      target,
    });
  });
});

describe("cover", () => {
  test.each([
    ["the middle of a wide image", 100, 50, { x: 25, y: 0, width: 50, height: 50 }],
    ["the middle of a tall image", 50, 101, { x: 0, y: 25.5, width: 50, height: 50 }],
    ["all of a square image", 7, 7, { x: 0, y: 0, width: 7, height: 7 }],
    ["one pixel of an image 10,000 times as wide as high", 10_000, 1, { x: 4999.5, y: 0, width: 1, height: 1 }],
    ["one pixel of an image 10,000 times as high as wide", 1, 10_000, { x: 0, y: 4999.5, width: 1, height: 1 }],
  ])("uses %s and fills the input", (_what, width, height, expected) => {
    const { source, target } = placeImage({ width, height }, square("cover"));
    expect(source.x).toBeCloseTo(expected.x, 9);
    expect(source.y).toBeCloseTo(expected.y, 9);
    expect(source.width).toBeCloseTo(expected.width, 9);
    expect(source.height).toBeCloseTo(expected.height, 9);
    expect(target).toEqual({ x: 0, y: 0, width: 28, height: 28 });
  });

  test("crops to the shape of an input that is not square", () => {
    const spec = { ...square("cover"), width: 20, height: 10 };
    expect(placeImage({ width: 40, height: 40 }, spec).source).toEqual({ x: 0, y: 10, width: 40, height: 20 });
  });
});
