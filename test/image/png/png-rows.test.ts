// PNGs that go through row by row: every way of compressing, sizes beyond every buffer, and memory that has a bound.

import { constants, deflateRawSync, deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes } from "../../../src/base/bytes.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { countCodecMemory } from "../codec-memory.ts";
import { chunk, idat, png } from "./png-file.ts";

const modules = await loadCodecModules();
const read = createImageReader(modules);
const decode = createImageDecoder(modules);

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_261_122;

const [width, height] = [601, 401];
const header = { width, height, bitDepth: 8, colourType: 2 };
/** Partly noise, partly pattern; every filter takes its turn. */
const lines = Uint8Array.from({ length: height * (1 + 3 * width) }, (_, i) => {
  const [y, x] = [Math.floor(i / (1 + 3 * width)), i % (1 + 3 * width)];
  if (x === 0) return y % 5;
  return y & 32 ? (i * i * 2_654_435 + (i >> 5)) & 255 : (x * y) >> 7;
});

describe("image data of 700 KB gives the same picture", () => {
  const stored = png(header, chunk("IDAT", deflateSync(lines, { level: 0 })));

  test.each<[string, Uint8Array]>([
    ["at the best compression", deflateSync(lines, { level: 9 })],
    ["with fixed codes", deflateSync(lines, { strategy: constants.Z_FIXED })],
    ["with Huffman codes alone", deflateSync(lines, { strategy: constants.Z_HUFFMAN_ONLY })],
    ["in runs", deflateSync(lines, { strategy: constants.Z_RLE })],
    ["with a window of 512 bytes", deflateSync(lines, { windowBits: 9 })],
    ["in many small blocks", deflateSync(lines, { memLevel: 1 })],
  ])("%s", async (_, data) => {
    expect(await decode(png(header, chunk("IDAT", data)), { maxPixels: 1e6 })).toEqual(
      await decode(stored, { maxPixels: 1e6 }),
    );
  });

  test("when it is stored, and is what the filters say", async () => {
    const decoded = await decode(stored, { maxPixels: 1e6 });
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const { data } = decoded.value.pixels;
    const rowBytes = 3 * width;
    const expected = new Uint8Array(height * rowBytes);
    const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : expected[y * rowBytes + i]);
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < rowBytes; i++) {
        const [left, up, corner] = [at(y, i - 3), at(y - 1, i), i < 3 ? 0 : at(y - 1, i - 3)];
        const guess = left + up - corner;
        const nearest = [left, up, corner].toSorted((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0];
        const predicted = [0, left, up, (left + up) >> 1, nearest][y % 5];
        expected[y * rowBytes + i] = lines[y * (rowBytes + 1) + 1 + i] + predicted;
      }
    }
    expect(data.findIndex((sample, i) => sample !== expected[i])).toBe(-1);
  });
});

test("hostile image data of any length is rows or a known reason, and the next picture is sound", async () => {
  const small = { width: 40, height: 30, bitDepth: 8, colourType: 0 };
  const scanlines = Uint8Array.from({ length: 30 * 41 }, (_, i) => (i % 41 === 0 ? i % 5 : (i * 31) & 127));
  const compressed = [1, 9].map((level) => deflateSync(scanlines, { level }));
  const good = png(small, idat(scanlines));
  const before = await decode(good, { maxPixels: 2000 });
  expect(before.ok).toBe(true);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...compressed),
      fc.array(fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) }), { maxLength: 4 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 40 }),
      async (data, flips, cut, tail) => {
        const damaged = concatBytes([data.subarray(0, 2 + (cut % data.length)), tail]);
        for (const { at, bit } of flips) damaged[at % damaged.length] ^= 1 << bit;
        const decoded = await decode(png(small, chunk("IDAT", damaged)), { maxPixels: 2000 });
        if (decoded.ok) expect(decoded.value.pixels.data).toHaveLength(40 * 30);
        else expect(decoded.error.reason).toBe("corrupt");
      },
    ),
    { seed, numRuns: 2000 },
  );
  expect(await decode(good, { maxPixels: 2000 })).toEqual(before);
});

describe("refuses as corrupt", () => {
  const two = { width: 2, height: 1, bitDepth: 8, colourType: 0 };
  const zlib = (...deflated: number[]) => png(two, chunk("IDAT", [0x78, 0x9c, ...deflated, 0, 0, 0, 0]));

  test.each([
    ["a block of the type that there is not", zlib(0b111)],
    ["a stored block whose length is not confirmed", zlib(1, 3, 0, 0, 0, 0, 7, 8)],
    ["a distance beyond what has been inflated", zlib(0x63, 0x00, 0x22, 0x00)],
    ["a code with more symbols than its bits have room for", zlib(0b101, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    [
      "a preset dictionary",
      png(two, chunk("IDAT", [0x78, 0xbb, 0, 0, 0, 0, ...deflateRawSync(Uint8Array.of(0, 1, 2))])),
    ],
    ["a megabyte and more beyond the picture", png(two, idat(new Uint8Array(1_050_000)))],
    [
      "5,000 empty blocks",
      zlib(...Array.from({ length: 5000 }, () => [0, 0, 0, 0xff, 0xff]).flat(), 1, 3, 0, 0xfc, 0xff, 0, 1, 2),
    ],
  ])("%s", async (_, bytes) => {
    expect(await decode(bytes, { maxPixels: 100 })).toMatchObject({ ok: false, error: { reason: "corrupt" } });
  });

  test("and reads the same without what is wrong with it", async () => {
    const sound = zlib(1, 3, 0, 0xfc, 0xff, 0, 7, 8);
    expect(await decode(sound, { maxPixels: 100 })).toMatchObject({ ok: true });
    expect(await decode(png(two, idat(new Uint8Array(1_000_000))), { maxPixels: 100 })).toMatchObject({ ok: true });
  });
});

describe("memory", () => {
  test("of 12 megapixels is under 1 MiB, and no more than a strip of rows comes at once", async () => {
    const large = png(
      { width: 4032, height: 3024, bitDepth: 8, colourType: 2 },
      idat(new Uint8Array(3024 * (1 + 3 * 4032))),
    );
    const memory = countCodecMemory();
    let [samples, largest] = [0, 0];
    const facts = await createImageReader(modules)(large, { maxPixels: 12_192_768 }, () => (rows) => {
      samples += rows.length;
      largest = Math.max(largest, rows.length);
    });
    memory.stop();
    expect(facts).toEqual({ ok: true, value: { mediaType: "image/png", width: 4032, height: 3024 } });
    expect(samples).toBe(4032 * 3024 * 3);
    expect(largest).toBeLessThanOrEqual(64 * 1024);
    expect(memory.largest()).toBeLessThan(1024 * 1024);
  });

  test("of rows that are wider than any picture's is not taken", async () => {
    const wide = (pixels: number) =>
      png({ width: pixels, height: 1, bitDepth: 16, colourType: 6 }, idat(new Uint8Array(9)));
    const open = () => () => undefined;
    expect(await read(wide(600_000), { maxPixels: 1e6 }, open)).toMatchObject({ error: { reason: "too_many_pixels" } });
    expect(await read(wide(400_000), { maxPixels: 1e6 }, open)).toMatchObject({ error: { reason: "corrupt" } });
  });
});
