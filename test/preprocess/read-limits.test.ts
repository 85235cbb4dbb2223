// How far a decoder may reduce an image, for every way of resizing it.

import { describe, expect, test } from "vitest";
import { chooseReduction, toReadLimits } from "../../src/preprocess/read-limits.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";

const square = (mode: "stretch" | "contain" | "cover", oversampling?: 1 | 2) => ({
  width: 224,
  height: 224,
  resize: { mode, filter: "area" } as const,
  ...(oversampling && { oversampling }),
});

describe("the largest reduction that leaves a sample for each of the input's", () => {
  test.each([
    ["stretch", 4032, 3024, 8],
    ["stretch", 3024, 4032, 8],
    ["stretch", 1792, 1792, 8],
    ["stretch", 1791, 4000, 4],
    ["stretch", 896, 20_000, 4],
    ["stretch", 448, 448, 2],
    ["stretch", 447, 448, 1],
    ["stretch", 100, 100, 1],
    ["stretch", 20_000, 100, 1],
    // The longer side fills the input.
    ["contain", 1792, 112, 8],
    ["contain", 1791, 1000, 4],
    // The shorter side does, and the rest is cropped off.
    ["cover", 20_000, 1792, 8],
    ["cover", 20_000, 1791, 4],
  ] as const)("%s %i x %i: 1/%i", (mode, width, height, reduction) => {
    expect(chooseReduction({ width, height }, square(mode))).toBe(reduction);
  });

  test("leaves twice as many where the manifest asks for them", () => {
    expect(chooseReduction({ width: 4032, height: 3024 }, square("stretch", 2))).toBe(4);
    expect(chooseReduction({ width: 4032, height: 3584 }, square("stretch", 2))).toBe(8);
    expect(chooseReduction({ width: 4032, height: 3584 }, square("stretch", 1))).toBe(8);
  });

  test("is judged by an input that is not square, along the side that has less to spare", () => {
    const wide = { ...square("stretch"), width: 448 };
    expect(chooseReduction({ width: 1792, height: 1792 }, wide)).toBe(4);
  });
});

test("a decoder is told the ceiling, the colour and the reduction of the manifest", () => {
  const { reduce, ...limits } = toReadLimits({ ...exampleManifest.input, maxPixels: 77, colour: "grey" });
  expect(limits).toEqual({ maxPixels: 77, colour: "grey" });
  const { width, height } = exampleManifest.input;
  expect(reduce?.({ width: 4 * width, height: 4 * height })).toBe(4);
});
