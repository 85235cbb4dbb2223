// Pixels to the graph's input, number by number.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { ChannelCount, Pixels } from "../../src/image/pixels.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";

const SEED = 20_180_413;

const grey28: InputSpec = {
  height: 28,
  width: 28,
  colour: "grey",
  resize: { mode: "stretch", filter: "area" },
  background: 0,
  scale: 1 / 255,
  mean: [0],
  standardDeviation: [1],
  maxBytes: 1024,
  maxPixels: 1024,
};
const raw = (width: number, height: number): InputSpec => ({ ...grey28, width, height, scale: 1 });
const greyImage = (width: number, height: number, data: number[]): Pixels => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
  maxValue: 255,
});

describe("an image of the input's own size", () => {
  test.each(["area", "bilinear"] as const)("is divided by 255 and nothing else (%s)", (filter) => {
    const samples = Array.from({ length: 28 * 28 }, (_, i) => i % 256);
    const input = preprocess(greyImage(28, 28, samples), { ...grey28, resize: { mode: "stretch", filter } });
    expect(input).toEqual(Float32Array.from(samples, (value) => Math.fround(value / 255)));
  });

  test("with 16-bit samples keeps what 8 bits would lose", () => {
    const data = Uint16Array.of(0, 1, 32_768, 65_535);
    const input = preprocess(
      { width: 2, height: 2, channels: 1, data, maxValue: 65_535 },
      { ...grey28, width: 2, height: 2 },
    );
    expect(input).toEqual(Float32Array.from(data, (value) => Math.fround(value / 65_535)));
  });

  test("gives a float32 for each channel, standardised by its own mean and deviation", () => {
    const pixels: Pixels = {
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(0, 51, 255, 255, 102, 0),
      maxValue: 255,
    };
    const spec: InputSpec = {
      ...grey28,
      width: 2,
      height: 1,
      colour: "rgb",
      mean: [0.5, 0.2, 0],
      standardDeviation: [0.5, 0.25, 2],
    };
    const input = preprocess(pixels, spec);
    [-1, 0, 0.5, 1, 0.8, 0].forEach((value, i) => expect(input[i]).toBeCloseTo(value, 6));
    expect(input.length).toBe(6);
  });
});

describe("an image of another size", () => {
  test("of 4x4 is averaged down to 2x2", () => {
    const samples = Array.from({ length: 16 }, (_, i) => i);
    expect([...preprocess(greyImage(4, 4, samples), raw(2, 2))]).toEqual([2.5, 4.5, 10.5, 12.5]);
  });

  test("of 1x1 fills the input", () => {
    const input = preprocess(greyImage(1, 1, [51]), grey28);
    expect(input.length).toBe(784);
    expect(new Set(input)).toEqual(new Set([Math.fround(0.2)]));
  });

  test("of 3x1 becomes a single pixel", () => {
    expect([...preprocess(greyImage(3, 1, [0, 30, 90]), raw(1, 1))]).toEqual([expect.closeTo(40, 5)]);
  });

  test("is cropped around its centre by cover", () => {
    const spec: InputSpec = { ...raw(2, 2), resize: { mode: "cover", filter: "area" } };
    expect([...preprocess(greyImage(4, 2, [1, 2, 3, 4, 5, 6, 7, 8]), spec)]).toEqual([2, 3, 6, 7]);
  });

  test("is padded with the background by contain, and the padding is standardised too", () => {
    const contain: InputSpec = {
      ...raw(4, 4),
      resize: { mode: "contain", filter: "area" },
      background: 100,
      mean: [50],
      standardDeviation: [2],
    };
    expect([...preprocess(greyImage(2, 1, [60, 250]), contain)]).toEqual(
      [
        [25, 25, 25, 25],
        [5, 5, 100, 100],
        [5, 5, 100, 100],
        [25, 25, 25, 25],
      ].flat(),
    );
  });

  test("is read from its first sample when a crop's rounding would begin before it", () => {
    const spec: InputSpec = { ...raw(1, 1), resize: { mode: "cover", filter: "area" } };
    const samples = Array.from({ length: 49 * 49 }, () => 7);
    expect([...preprocess(greyImage(49, 49, samples), spec)]).toEqual([expect.closeTo(7, 5)]);
  });
});

const sizes = fc.integer({ min: 1, max: 50 });
const images = fc
  .record({
    width: sizes,
    height: sizes,
    channels: fc.constantFrom<ChannelCount>(1, 2, 3, 4),
    fill: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ width, height, channels, fill }): Pixels => {
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => fill * (i + 1));
    return { width, height, channels, data, maxValue: 255 };
  });
const specs = fc
  .record({
    width: sizes,
    height: sizes,
    colour: fc.constantFrom("grey" as const, "rgb" as const),
    mode: fc.constantFrom("stretch" as const, "contain" as const, "cover" as const),
    filter: fc.constantFrom("area" as const, "bilinear" as const),
  })
  .map(({ width, height, colour, mode, filter }): InputSpec => {
    const channels =
      colour === "grey" ? { mean: [0], standardDeviation: [1] } : { mean: [0, 0, 0], standardDeviation: [1, 1, 1] };
    return Object.assign({}, grey28, channels, { width, height, colour, resize: { mode, filter } });
  });

test(`any image in any input gives numbers from 0 to 1, never NaN (seed ${SEED})`, () => {
  fc.assert(
    fc.property(images, specs, (pixels, spec) => {
      const input = preprocess(pixels, spec);
      expect(input.length).toBe(spec.width * spec.height * spec.mean.length);
      expect(input.findIndex((value) => !(value >= 0 && value <= 1.000_001))).toBe(-1);
    }),
    { seed: SEED, numRuns: 1000 },
  );
});
