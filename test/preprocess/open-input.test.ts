// An input made of rows is what preprocessing makes of the same image whole and upright.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Orientation } from "../../src/image/orientation/exif-orientation.ts";
import { orient } from "../../src/image/orientation/orient.ts";
import type { ChannelCount, Pixels } from "../../src/image/pixels.ts";
import { openInput } from "../../src/preprocess/open-input.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";

const seed = 20_261_122;

test("rows that stand upright give the very same numbers, however many come at once", () => {
  const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 37) & 255);
  const pixels: Pixels = { width: 40, height: 30, channels: 3, data, maxValue: 255 };
  const spec: InputSpec = { ...exampleManifest.input, resize: { mode: "cover", filter: "bilinear" } };
  const input = openInput({ ...pixels, orientation: 1 }, spec);
  for (let y = 0; y < 30; y += y < 4 ? 1 : 13)
    input.take(data.subarray(120 * y, 120 * Math.min(30, y < 4 ? y + 1 : y + 13)));
  expect(input.finish()).toEqual(preprocess(pixels, spec));
});

test("rows that lie turned or mirrored give what turning the image first does, in every mode", () => {
  fc.assert(
    fc.property(
      fc.record({
        width: fc.integer({ min: 1, max: 30 }),
        height: fc.integer({ min: 1, max: 30 }),
        channels: fc.constantFrom<ChannelCount>(1, 2, 3, 4),
        orientation: fc.constantFrom<Orientation>(1, 2, 3, 4, 5, 6, 7, 8),
        mode: fc.constantFrom<"stretch" | "contain" | "cover">("stretch", "contain", "cover"),
        filter: fc.constantFrom<"area" | "bilinear">("area", "bilinear"),
        colour: fc.constantFrom<"grey" | "rgb">("grey", "rgb"),
        inputWidth: fc.integer({ min: 1, max: 20 }),
        inputHeight: fc.integer({ min: 1, max: 20 }),
        step: fc.integer({ min: 1, max: 255 }),
      }),
      ({ width, height, channels, orientation, mode, filter, colour, inputWidth, inputHeight, step }) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * step) & 255);
        const pixels: Pixels = { width, height, channels, data, maxValue: 255 };
        const of = (value: number) => (colour === "grey" ? [value] : [value, value, value]);
        const spec: InputSpec = {
          ...exampleManifest.input,
          width: inputWidth,
          height: inputHeight,
          colour,
          resize: { mode, filter },
          scale: 1,
          mean: of(0),
          standardDeviation: of(1),
        };
        const input = openInput({ ...pixels, orientation }, spec);
        input.take(data);
        const [turnedAfter, turnedBefore] = [input.finish(), preprocess(orient(pixels, orientation), spec)];
        expect(turnedAfter.length).toBe(turnedBefore.length);
        const largest = turnedAfter.reduce((most, value, i) => Math.max(most, Math.abs(value - turnedBefore[i])), 0);
        expect(largest).toBeLessThan(1e-4);
      },
    ),
    { seed, numRuns: 500 },
  );
});

test("a picture that ends within the last sample is resized as far as it goes, whichever way it is turned", () => {
  const spec: InputSpec = {
    ...exampleManifest.input,
    width: 2,
    height: 1,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" },
    scale: 1,
    mean: [0],
    standardDeviation: [1],
  };
  const inputOf = (orientation: Orientation) => {
    const [width, height] = orientation === 6 ? [1, 3] : [3, 1];
    const extent = orientation === 6 ? { x: 0, y: 0, width: 1, height: 2.5 } : { x: 0, y: 0, width: 2.5, height: 1 };
    const input = openInput({ width, height, extent, channels: 1, maxValue: 255, orientation }, spec);
    input.take(Uint8Array.of(10, 20, 40));
    return [...input.finish()];
  };
  // Halves of 1.25 samples: 10 and a quarter of 20; the rest of it and half of 40.
  const [left, right] = [(10 + 0.25 * 20) / 1.25, (0.75 * 20 + 0.5 * 40) / 1.25];
  expect(inputOf(1)).toEqual([left, right]);
  expect(inputOf(2)).toEqual([right, left]);
  expect(inputOf(6)).toEqual([right, left]);
});
