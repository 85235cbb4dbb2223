// Whether a feature map is the one whose mean the head reads.

import { expect, test } from "vitest";
import { givesLogits } from "../../src/bundle/class-activation.ts";

// The means of the two channels are 2.5 and 1.
const map = { height: 2, width: 2, channels: 2, data: Float32Array.of(1, 0, 2, 0, 3, 0, 4, 4) };
const head = { kernel: Float32Array.of(1, 2, -1, 0, 10, 100), bias: Float32Array.of(0.5, 0, -1) };
// 2.5 + 0.5, 5 + 10 and -2.5 + 100 - 1
const logits = Float32Array.of(3, 15, 96.5);

test("the mean of a map gives the logits, up to a thousandth of the largest", () => {
  expect(givesLogits(map, head, logits)).toBe(true);
  expect(givesLogits(map, head, Float32Array.of(3.09, 15, 96.5))).toBe(true);
  expect(givesLogits(map, head, Float32Array.of(3.1, 15, 96.5))).toBe(false);
});

test("logits below one are compared as if the largest were one", () => {
  const none = { ...map, data: new Float32Array(8) };
  const unbiased = { ...head, bias: new Float32Array(3) };
  expect(givesLogits(none, unbiased, Float32Array.of(0, 0.0009, 0))).toBe(true);
  expect(givesLogits(none, unbiased, Float32Array.of(0, 0.0011, 0))).toBe(false);
});

test.each([
  ["a map of other sizes than it says", { ...map, width: 3 }, head, logits],
  ["a tensor without height and width", { ...map, channels: Number.NaN }, head, logits],
  ["a kernel of other sizes", map, { ...head, kernel: new Float32Array(4) }, logits],
  ["a bias of other sizes", map, { ...head, bias: new Float32Array(2) }, logits],
  ["a map with something that is not a number", { ...map, data: new Float32Array(8).fill(Number.NaN) }, head, logits],
  ["logits that are not numbers", map, head, Float32Array.of(Number.NaN, 15, 96.5)],
])("not of %s", (_what, givenMap, givenHead, given) => {
  expect(givesLogits(givenMap, givenHead, given)).toBe(false);
});
