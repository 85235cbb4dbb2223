// Occlusion maps against brute force: a score that is known in closed form, and how often it was asked for.

import { describe, expect, test } from "vitest";
import { occlusionGrid, occlusionMap } from "../../../src/decision/explain/occlusion-map.ts";

/** The score of an image is the sum of its samples, each times its own place in the image, counted from 1. */
const scoreOf = (image: Float32Array) => image.reduce((sum, sample, i) => sum + sample * (i + 1), 0);

function watch(imageLength: number) {
  const batches: number[] = [];
  const scoreAll = (inputNhwc: Float32Array) => {
    const images = inputNhwc.length / imageLength;
    batches.push(images);
    return Array.from({ length: images }, (_, i) =>
      scoreOf(inputNhwc.subarray(i * imageLength, (i + 1) * imageLength)),
    );
  };
  return { batches, scoreAll };
}

test("is how far the score falls when a cell is covered", async () => {
  const samplesHwc = Float32Array.from({ length: 9 }, (_, i) => i + 1);
  const { scoreAll } = watch(9);
  const input = { height: 3, width: 3, samplesHwc, background: Float32Array.of(0) };
  expect(await occlusionMap(input, scoreOf(samplesHwc), 64, scoreAll)).toEqual({
    height: 3,
    width: 3,
    values: Float64Array.of(1, 4, 9, 16, 25, 36, 49, 64, 81),
  });
});

test("is negative where the background scores more than what it covers", async () => {
  const samplesHwc = new Float32Array(9);
  const { scoreAll } = watch(9);
  const input = { height: 3, width: 3, samplesHwc, background: Float32Array.of(2) };
  expect([...(await occlusionMap(input, 0, 64, scoreAll)).values]).toEqual([-2, -4, -6, -8, -10, -12, -14, -16, -18]);
});

describe("of a colour image that the grid does not divide", () => {
  const [height, width] = [19, 11];
  const background = Float32Array.of(0.5, -1, 2);
  const samplesHwc = Float32Array.from({ length: height * width * 3 }, (_, i) => ((i * 7) % 13) / 4 - 1);
  const input = { height, width, samplesHwc, background };

  /** Sets the cell's pixels one by one. */
  function bruteForce(): number[] {
    const values: number[] = [];
    for (let cell = 0; cell < 64; cell++) {
      const image = Float32Array.from(samplesHwc);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const row = [...Array(8).keys()].findLast((r) => Math.floor((r * height) / 8) <= y);
          const column = [...Array(8).keys()].findLast((c) => Math.floor((c * width) / 8) <= x);
          if (row !== Math.floor(cell / 8) || column !== cell % 8) continue;
          for (let c = 0; c < 3; c++) image[(y * width + x) * 3 + c] = background[c];
        }
      }
      values.push(scoreOf(samplesHwc) - scoreOf(image));
    }
    return values;
  }

  test.each([1, 7, 64, 100])("every pixel is covered once, in passes of at most %i images", async (imagesPerPass) => {
    const { batches, scoreAll } = watch(samplesHwc.length);
    const { values } = await occlusionMap(input, scoreOf(samplesHwc), imagesPerPass, scoreAll);
    expect([...values]).toEqual(bruteForce());
    expect(batches.reduce((sum, images) => sum + images)).toBe(64);
    expect(Math.max(...batches)).toBe(Math.min(64, imagesPerPass));
  });

  test("leaves the image as it was", async () => {
    const before = Float32Array.from(samplesHwc);
    await occlusionMap(input, 0, 64, watch(samplesHwc.length).scoreAll);
    expect(samplesHwc).toEqual(before);
  });
});

describe("costs at most 64 covered images and four million samples, and has three cells a side at least", () => {
  test.each([
    ["a digit", 28, 28, 1, 8, 8],
    ["256 grey pixels a side", 256, 256, 1, 8, 8],
    ["257 grey pixels a side", 257, 257, 1, 7, 7],
    ["224 colour pixels a side", 224, 224, 3, 5, 5],
    ["512 colour pixels a side", 512, 512, 3, 3, 3],
    ["the largest input", 1024, 1024, 3, 3, 3],
    ["two pixels a side", 2, 2, 1, 2, 2],
    ["one row", 1, 100, 1, 1, 8],
  ])("%s", (_what, height, width, channels, rows, columns) => {
    expect(occlusionGrid({ height, width }, channels)).toEqual({ height: rows, width: columns });
  });
});
