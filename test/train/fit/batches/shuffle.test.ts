// The order of an epoch: every image once, the same for a seed and epoch everywhere.

import { expect, test } from "vitest";
import { shuffledIndices } from "../../../../train/fit/batches/shuffle.ts";

test("is a permutation", () => {
  const indices = shuffledIndices(1000, 1, 0);
  expect(indices.toSorted()).toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
});

test("moves the images", () => {
  const indices = shuffledIndices(1000, 1, 0);
  expect(indices.filter((index, i) => index === i).length).toBeLessThan(10);
});

test("begins the same on every machine", () => {
  expect([...shuffledIndices(60_000, 1, 0).subarray(0, 5)]).toEqual([36_805, 46_511, 26_430, 52_270, 1982]);
});

test("is the same for the same seed and epoch", () => {
  expect(shuffledIndices(100, 7, 3)).toEqual(shuffledIndices(100, 7, 3));
});

test("differs between epochs, the first from the last and neighbours from each other", () => {
  const orders = [0, 1, 2, 9].map((epoch) => shuffledIndices(100, 7, epoch).join());
  expect(new Set(orders).size).toBe(4);
});

test("differs between seeds, also between one and its negative", () => {
  const orders = [0, 1, -1, 2].map((seed) => shuffledIndices(100, seed, 0).join());
  expect(new Set(orders).size).toBe(4);
});

test("leaves one image, and none, where they are", () => {
  expect(shuffledIndices(1, 1, 0)).toEqual(Uint32Array.of(0));
  expect(shuffledIndices(0, 1, 0)).toEqual(new Uint32Array());
});
