import { expect, test } from "vitest";
import { countElements, toImageLayout } from "../../../../src/interop/open-inference/tensor/image-layout.ts";

test.each([
  ["NHWC", [8, 28, 30, 3], { images: 8, height: 28, width: 30, channels: 3 }],
  ["NHWC with transparency", [1, 5, 6, 4], { images: 1, height: 5, width: 6, channels: 4 }],
  ["HWC", [28, 30, 3], { images: 1, height: 28, width: 30, channels: 3 }],
  ["HWC of one channel", [28, 30, 1], { images: 1, height: 28, width: 30, channels: 1 }],
  ["NHW", [8, 28, 30], { images: 8, height: 28, width: 30, channels: 1 }],
  ["HW", [28, 30], { images: 1, height: 28, width: 30, channels: 1 }],
  ["one pixel", [1, 1, 1, 1], { images: 1, height: 1, width: 1, channels: 1 }],
])("%s is understood", (_name, shape, layout) => {
  expect(toImageLayout(shape)).toEqual(layout);
});

test.each([
  ["no dimensions", []],
  ["one dimension", [784]],
  ["five dimensions", [1, 1, 28, 28, 1]],
  ["NCHW", [1, 3, 28, 28]],
  ["five channels", [1, 28, 28, 5]],
  ["no images", [0, 28, 28, 1]],
  ["no channels", [1, 28, 28, 0]],
  ["no rows", [0, 28]],
])("%s is not", (_name, shape) => {
  expect(toImageLayout(shape)).toBeUndefined();
});

test("sizes whose product wraps in 64 bits do not wrap here", () => {
  // 2^4 x (2^60 + 2) is 2^64 + 32, which is 32 in 64 bits.
  expect(countElements([2 ** 4, 2 ** 60 + 256])).toBeGreaterThan(2 ** 63);
  expect(countElements([2 ** 32, 2 ** 32, 2 ** 32, 3])).toBe(3 * 2 ** 96);
  expect(countElements([])).toBe(1);
});
