// Splitting: exact on small literal sets, and by its promises on random ones.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Split } from "../../../train/data/dataset.ts";
import { toSplit } from "../../../train/data/images-in-memory.ts";
import { splitIndices, takeImages } from "../../../train/data/split.ts";

const SEED = 20_190_704;
const parameters = { seed: SEED, numRuns: 500 };
const fractions = [0.7, 0.1, 0.2];

const labelled = (labels: number[], groups?: string[]): Pick<Split, "count" | "labels" | "groups"> => ({
  count: labels.length,
  labels: Uint8Array.from(labels),
  ...(groups && { groups }),
});

test("gives each part its share of each class", () => {
  const images = labelled([...Array.from({ length: 20 }, () => 0), ...Array.from({ length: 10 }, () => 1)]);
  const parts = splitIndices(images, fractions, 1);
  expect(parts.map((part) => part.filter((index) => index < 20).length)).toEqual([14, 2, 4]);
  expect(parts.map((part) => part.filter((index) => index >= 20).length)).toEqual([7, 1, 2]);
});

test("keeps groups whole and still shares the classes out", () => {
  const groups = ["a", "a", "a", "a", "b", "b", "c", "c", "d", "d", "e", "f"];
  const parts = splitIndices(labelled([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], groups), [0.5, 0.5], 1);
  const names = parts.map((part) => [...new Set(part.map((index) => groups[index]))].join(""));
  expect(parts.map((part) => part.length)).toEqual([7, 5]);
  expect(names.map((name) => name.includes("a") && name.includes("b"))).toEqual([false, false]);
});

test("shares out each label of a multilabel set, and the images without one", () => {
  const rows = [
    ...Array.from({ length: 10 }, () => [1, 0]),
    ...Array.from({ length: 10 }, () => [1, 1]),
    ...Array.from({ length: 10 }, () => [0, 0]),
  ];
  const images = { count: 30, labels: Uint8Array.from(rows.flat()) };
  const [, held] = splitIndices(images, [0.8, 0.2], 3);
  const count = (from: number) => held.filter((index) => index >= from && index < from + 10).length;
  expect([count(0), count(10), count(20)]).toEqual([2, 2, 2]);
});

const setOfImages = fc.array(fc.tuple(fc.nat(3), fc.nat(30)), { minLength: 1, maxLength: 120 }).map((images) =>
  labelled(
    images.map(([label]) => label),
    images.map(([, group]) => `g${group}`),
  ),
);

describe(`on random sets (seed ${SEED})`, () => {
  test("every image is in exactly one part, and no group in two", () => {
    fc.assert(
      fc.property(setOfImages, fc.nat(1000), (images, seed) => {
        const parts = splitIndices(images, fractions, seed);
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: images.count }, (_, i) => i));
        const sides = parts.map((part) => new Set(part.map((index) => images.groups?.[index])));
        for (const [i, side] of sides.entries())
          for (const other of sides.slice(i + 1)) expect([...side].filter((group) => other.has(group))).toEqual([]);
      }),
      parameters,
    );
  });

  test("without groups no class misses its share by as many images as there are parts", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 200 }), fc.nat(1000), (labels, seed) => {
        const parts = splitIndices(labelled(labels), fractions, seed);
        for (const label of new Set(labels)) {
          const total = labels.filter((other) => other === label).length;
          for (const [i, part] of parts.entries()) {
            const share = part.filter((index) => labels[index] === label).length;
            expect(Math.abs(share - total * fractions[i])).toBeLessThan(parts.length);
          }
        }
      }),
      parameters,
    );
  });

  test("the same seed gives the same parts, and a part without a share stays empty", () => {
    fc.assert(
      fc.property(setOfImages, fc.nat(1000), (images, seed) => {
        expect(splitIndices(images, fractions, seed)).toEqual(splitIndices(images, fractions, seed));
        expect(splitIndices(images, [0.9, 0, 0.1], seed)[1]).toEqual([]);
        expect(splitIndices(images, [1, 0, 0], seed)[0].length).toBe(images.count);
      }),
      parameters,
    );
  });
});

test("another seed gives other parts", () => {
  const images = labelled(Array.from({ length: 40 }, (_, i) => i % 2));
  expect(splitIndices(images, fractions, 1)).not.toEqual(splitIndices(images, fractions, 2));
});

test("taken images keep their labels, groups, names and pixels", async () => {
  const samples = Uint8Array.of(10, 20, 30);
  const split = toSplit({
    count: 3,
    height: 1,
    width: 1,
    channels: 1,
    samples,
    labels: Uint8Array.of(1, 0, 0, 1, 1, 1),
  });
  const taken = takeImages({ ...split, groups: ["a", "b", "c"] }, [2, 0]);
  expect(taken).toMatchObject({ count: 2, labels: Uint8Array.of(1, 1, 1, 0), groups: ["c", "a"] });
  expect(taken.nameOf(0)).toBe("2");
  expect(await taken.read(0)).toMatchObject({ value: { data: Uint8Array.of(30) } });
});
