// Pictures at 1/1, 1/2, 1/4 and 1/8 of their size, to the bit what libjpeg makes of them, in memory that has a bound.

import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { ReadLimits, Reduction, RowsHeader } from "../../../src/image/image-rows.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { countCodecMemory } from "../codec-memory.ts";
import { exifBlock } from "../orientation/exif-block.ts";
import { cmykJpeg, greyJpeg, rgbJpeg } from "../fixtures.ts";
import { flatJpeg } from "./flat-jpeg.ts";
import { decodeWithMozjpeg, encodeJpeg } from "./mozjpeg.ts";
import { SCALED_VECTORS } from "./scaled-vectors.ts";

const modules = await loadCodecModules();
const read = createImageReader(modules);
const REDUCTIONS: Reduction[] = [1, 2, 4, 8];

async function rowsOf(file: Uint8Array, limits: Partial<ReadLimits> = {}, reader = read) {
  const parts: Uint8Array[] = [];
  let header: RowsHeader | undefined;
  const facts = await reader(file, { maxPixels: 64_000_000, ...limits }, (opened) => {
    header = opened;
    return (samples) => void parts.push(Uint8Array.from(samples));
  });
  return { facts, header, data: concatBytes(parts), largestPart: Math.max(0, ...parts.map(({ length }) => length)) };
}

describe.each(SCALED_VECTORS)("$name", ({ file, colour, grey }) => {
  test.each(REDUCTIONS)("is at 1/%i what libjpeg makes of it", async (reduction) => {
    const reduce = () => reduction;
    const { header, data } = await rowsOf(file, { reduce });
    expect(header).toMatchObject({ width: Math.ceil(45 / reduction), height: Math.ceil(37 / reduction) });
    expect((await sha256Hex(data)).slice(0, 16)).toBe(colour[reduction]);
    if (!grey) return;
    const luminance = await rowsOf(file, { reduce, colour: "grey" });
    expect(luminance.header?.channels).toBe(1);
    expect((await sha256Hex(luminance.data)).slice(0, 16)).toBe(grey[reduction]);
  });
});

test.each([
  ["4:2:0", { chroma_subsample: 2, progressive: false }],
  ["4:4:4, progressive", { chroma_subsample: 1, progressive: true }],
])("a picture of several hundred kilobytes is what mozjpeg decodes: %s", async (_, options) => {
  const [width, height] = [701, 503];
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_sample, i) => (i * i * 31 + (i >> 7)) & 255);
  const file = await encodeJpeg(rgba, width, height, { quality: 95, auto_subsample: false, ...options });
  expect(file.length).toBeGreaterThan(200_000);
  const expected = (await decodeWithMozjpeg(file)).filter((_sample, i) => i % 4 < 3);
  const { data } = await rowsOf(file);
  expect(data.length).toBe(expected.length);
  expect(data.findIndex((sample, i) => sample !== expected[i])).toBe(-1);
});

describe("what is asked for", () => {
  test("is the size upright, and the answer is of the size that was posted", async () => {
    const { file } = SCALED_VECTORS[0];
    const exif = concatBytes([toUtf8("Exif\0\0"), exifBlock(6)]);
    const app1 = Uint8Array.of(0xff, 0xe1, 0, exif.length + 2, ...exif);
    const turned = concatBytes([file.subarray(0, 2), app1, file.subarray(2)]);
    const asked: object[] = [];
    const { facts, header } = await rowsOf(turned, {
      reduce: (upright) => {
        asked.push(upright);
        return 4;
      },
    });
    expect(asked).toEqual([{ width: 37, height: 45 }]);
    expect(facts).toEqual({ ok: true, value: { mediaType: "image/jpeg", width: 37, height: 45 } });
    const extent = { x: 0, y: 0, width: 11.25, height: 9.25 };
    expect(header).toEqual({ width: 12, height: 10, extent, channels: 3, maxValue: 255, orientation: 6 });
  });

  test("in grey is left in colour where there is no luminance: RGB and inks", async () => {
    for (const file of [rgbJpeg, cmykJpeg]) {
      expect((await rowsOf(file, { colour: "grey" })).header).toMatchObject({ channels: 3 });
    }
    expect((await rowsOf(greyJpeg, { colour: "rgb" })).header).toMatchObject({ channels: 1 });
  });
});

describe("memory", () => {
  const MIB = 1024 * 1024;

  async function memoryOf(file: Uint8Array, limits: Partial<ReadLimits>) {
    const memory = countCodecMemory();
    const { facts, data, largestPart } = await rowsOf(file, limits, createImageReader(modules));
    memory.stop();
    return { facts, data, largestPart, bytes: memory.largest() };
  }

  test.each([
    ["sequential", 8, 1],
    ["sequential", 1, 1],
    ["progressive", 8, 7],
    ["progressive", 4, 23],
    ["progressive", 2, 34],
  ] as const)("of a %s photo of 12 megapixels at 1/%i is under %i MiB", async (kind, reduction, mib) => {
    const file = flatJpeg({ width: 4032, height: 3024, progressive: kind === "progressive" });
    const { facts, data, largestPart, bytes } = await memoryOf(file, { reduce: () => reduction });
    expect(facts).toMatchObject({ ok: true });
    expect(data.length).toBe((4032 / reduction) * (3024 / reduction) * 3);
    expect(data.every((sample) => sample === 128)).toBe(true);
    expect(largestPart).toBeLessThanOrEqual(4032 * 3 * (16 + 2));
    expect(bytes).toBeLessThan(mib * MIB);
  });

  test.each([
    ["progressive", { progressive: true }],
    ["with a scan for each component", { separate: true }],
  ])("that a picture whole would take beyond the bound is not taken: %s", async (_, kind) => {
    const { facts, bytes } = await memoryOf(flatJpeg({ width: 6000, height: 5000, ...kind }), {});
    expect(facts).toMatchObject({ ok: false, error: { reason: "too_many_pixels" } });
    expect(bytes).toBeLessThan(1 * MIB);
  });

  test("of an instance that grew is given back", async () => {
    const counted = createImageReader(modules);
    const memory = countCodecMemory();
    await rowsOf(flatJpeg({ width: 4032, height: 3024, progressive: true }), { reduce: () => 4 }, counted);
    await rowsOf(greyJpeg, {}, counted);
    await rowsOf(flatJpeg({ width: 4032, height: 3024 }), { reduce: () => 8 }, counted);
    memory.stop();
    expect(memory.instances()).toBe(2);
  });
});
