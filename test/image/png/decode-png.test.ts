// PNG: every colour type and depth comes out with its own channels, and a file that breaks the format is refused.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { decode as decodeWithFastPng, encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { concatBytes } from "../../../src/base/bytes.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { countCodecMemory } from "../codec-memory.ts";
import { exifBlock } from "../orientation/exif-block.ts";
import { chunk, idat, iend, ihdr, png, PNG_SIGNATURE, type Ihdr } from "./png-file.ts";
import { readBmp } from "../read-bmp.ts";

const decode = createImageDecoder(await loadCodecModules());
const limits = { maxPixels: 1_000_000 };

async function pixelsOf(bytes: Uint8Array) {
  const decoded = await decode(bytes, limits);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value.pixels;
}

async function reasonOf(bytes: Uint8Array) {
  const decoded = await decode(bytes, limits);
  return decoded.ok ? "none" : decoded.error.reason;
}

const grey8 = { width: 2, height: 1, bitDepth: 8, colourType: 0 };

describe("PNG samples", () => {
  test.each<[string, Ihdr, Uint8Array[], number, number[]]>([
    ["1-bit grey", { width: 4, height: 1, bitDepth: 1, colourType: 0 }, [idat([0, 0b01010000])], 1, [0, 255, 0, 255]],
    ["2-bit grey", { width: 4, height: 1, bitDepth: 2, colourType: 0 }, [idat([0, 0b00011011])], 1, [0, 85, 170, 255]],
    ["4-bit grey", { width: 2, height: 1, bitDepth: 4, colourType: 0 }, [idat([0, 0x1f])], 1, [17, 255]],
    ["8-bit grey", grey8, [idat([0, 7, 200])], 1, [7, 200]],
    ["grey with tRNS", grey8, [chunk("tRNS", [0, 200]), idat([0, 7, 200])], 2, [7, 255, 200, 0]],
    [
      "1-bit grey with tRNS",
      { width: 2, height: 1, bitDepth: 1, colourType: 0 },
      [chunk("tRNS", [0, 0]), idat([0, 0b01000000])],
      2,
      [0, 0, 255, 255],
    ],
    ["grey with alpha", { ...grey8, width: 1, colourType: 4 }, [idat([0, 7, 99])], 2, [7, 99]],
    ["RGB", { ...grey8, width: 1, colourType: 2 }, [idat([0, 1, 2, 3])], 3, [1, 2, 3]],
    [
      "RGB with tRNS",
      { ...grey8, colourType: 2 },
      [chunk("tRNS", [0, 1, 0, 2, 0, 3]), idat([0, 1, 2, 3, 1, 2, 4])],
      4,
      [1, 2, 3, 0, 1, 2, 4, 255],
    ],
    ["RGB with alpha", { ...grey8, width: 1, colourType: 6 }, [idat([0, 1, 2, 3, 4])], 4, [1, 2, 3, 4]],
    [
      "1-bit palette",
      { width: 2, height: 1, bitDepth: 1, colourType: 3 },
      [chunk("PLTE", [9, 8, 7, 6, 5, 4]), idat([0, 0b10000000])],
      3,
      [6, 5, 4, 9, 8, 7],
    ],
    [
      "palette with alpha for its first colour only",
      { ...grey8, colourType: 3 },
      [chunk("PLTE", [9, 8, 7, 6, 5, 4]), chunk("tRNS", [100]), idat([0, 0, 1])],
      4,
      [9, 8, 7, 100, 6, 5, 4, 255],
    ],
  ])("gives %s", async (_, header, chunks, channels, data) => {
    expect(await pixelsOf(png(header, ...chunks))).toEqual({
      width: header.width,
      height: 1,
      channels,
      data: Uint8Array.from(data),
      maxValue: 255,
    });
  });

  test.each<[string, number, Uint8Array[], number, number[]]>([
    ["grey", 0, [idat([0, 1, 2])], 1, [258]],
    ["grey with tRNS", 0, [chunk("tRNS", [1, 2]), idat([0, 1, 2])], 2, [258, 0]],
    ["grey whose tRNS differs in the low byte", 0, [chunk("tRNS", [1, 3]), idat([0, 1, 2])], 2, [258, 65535]],
    ["grey with alpha", 4, [idat([0, 1, 2, 3, 4])], 2, [258, 772]],
    ["RGB", 2, [idat([0, 1, 2, 3, 4, 255, 255])], 3, [258, 772, 65535]],
    ["RGB with alpha", 6, [idat([0, 1, 2, 3, 4, 5, 6, 0, 1])], 4, [258, 772, 1286, 1]],
  ])("keeps all 16 bits of %s", async (_, colourType, chunks, channels, data) => {
    const pixels = await pixelsOf(png({ width: 1, height: 1, bitDepth: 16, colourType }, ...chunks));
    expect(pixels).toEqual({ width: 1, height: 1, channels, data: Uint16Array.from(data), maxValue: 65535 });
  });

  test.each([
    [8, 1, 255],
    [8, 2, 255],
    [8, 3, 255],
    [8, 4, 255],
    [16, 1, 65535],
    [16, 2, 65535],
    [16, 3, 65535],
    [16, 4, 65535],
  ] as const)("agrees with another encoder at %i bits and %i channels", async (depth, channels, maxValue) => {
    const length = 37 * 11 * channels;
    const data = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
    for (let i = 0; i < length; i++) data[i] = (i * 40503) & maxValue;
    const pixels = await pixelsOf(encode({ width: 37, height: 11, data, depth, channels }));
    expect(pixels).toEqual({ width: 37, height: 11, channels, data, maxValue });
  });

  test("puts the passes of an interlaced image together", async () => {
    // Adam7 in 3 x 3: pass 1 has (0,0), 5 has (0,2) and (2,2), 4 has (2,0), 6 has (1,0) and (1,2), 7 has row 1.
    const passes = [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6];
    const header = { width: 3, height: 3, bitDepth: 8, colourType: 0, interlace: 1 };
    expect((await pixelsOf(png(header, idat(passes)))).data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
  });

  test("applies the orientation of an eXIf chunk once", async () => {
    const bytes = png(grey8, chunk("eXIf", exifBlock(6)), idat([0, 7, 200]));
    expect(await pixelsOf(bytes)).toMatchObject({ width: 1, height: 2, data: Uint8Array.of(7, 200) });
    const turned = png(grey8, chunk("eXIf", exifBlock(3)), idat([0, 7, 200]));
    expect((await pixelsOf(turned)).data).toEqual(Uint8Array.of(200, 7));
  });

  test("ignores an eXIf chunk whose checksum is wrong", async () => {
    const exif = chunk("eXIf", exifBlock(3));
    exif[exif.length - 1] ^= 1;
    expect((await pixelsOf(png(grey8, exif, idat([0, 7, 200])))).data).toEqual(Uint8Array.of(7, 200));
  });

  test("gives the default image of an animation", async () => {
    const bytes = png(
      grey8,
      chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]),
      idat([0, 7, 200]),
      chunk("fcTL", new Uint8Array(26)),
      chunk("fdAT", [0, 0, 0, 1, 1, 2, 3]),
    );
    expect((await pixelsOf(bytes)).data).toEqual(Uint8Array.of(7, 200));
  });

  test("ignores bytes after IEND", async () => {
    const bytes = concatBytes([png(grey8, idat([0, 7, 200])), Uint8Array.of(1, 2, 3)]);
    expect((await pixelsOf(bytes)).data).toEqual(Uint8Array.of(7, 200));
  });
});

const flipped = (bytes: Uint8Array, index: number) => bytes.with(index, bytes.at(index) === 0xaa ? 0x55 : 0xaa);

describe("PNG structure", () => {
  const good = idat([0, 7, 200]);

  test.each<[string, Uint8Array, string]>([
    ["an IDAT with a wrong checksum", png(grey8, flipped(good, -1)), "corrupt"],
    ["an IHDR with a wrong checksum", flipped(png(grey8, good), 32), "corrupt"],
    [
      "another chunk in IHDR's place",
      concatBytes([PNG_SIGNATURE, chunk("gAMA", new Uint8Array(13)), good, iend]),
      "corrupt",
    ],
    ["a second IHDR", png(grey8, ihdr(grey8), good), "corrupt"],
    ["no IDAT", png(grey8), "corrupt"],
    ["IDATs with another chunk between them", png(grey8, good, chunk("tEXt", [65, 0, 66]), good), "corrupt"],
    ["a palette image without a palette", png({ ...grey8, colourType: 3 }, good), "corrupt"],
    ["a palette of half a colour", png({ ...grey8, colourType: 3 }, chunk("PLTE", [1, 2]), good), "corrupt"],
    ["a palette in a grey image", png(grey8, chunk("PLTE", [1, 2, 3]), good), "corrupt"],
    [
      "more alphas than colours",
      png({ ...grey8, colourType: 3 }, chunk("PLTE", [1, 2, 3]), chunk("tRNS", [1, 2]), good),
      "corrupt",
    ],
    [
      "tRNS before the palette",
      png({ ...grey8, colourType: 3 }, chunk("tRNS", [1]), chunk("PLTE", [1, 2, 3]), good),
      "corrupt",
    ],
    ["a tRNS of a wrong length", png(grey8, chunk("tRNS", [1]), good), "corrupt"],
    ["tRNS beside an alpha channel", png({ ...grey8, colourType: 4 }, chunk("tRNS", [0, 1]), good), "corrupt"],
    ["a chunk type that is not letters", png(grey8, chunk("ID4T", [1]), good), "corrupt"],
    ["an unknown critical chunk", png(grey8, chunk("FANC", [1]), good), "unsupported"],
    ["an IEND with data", concatBytes([PNG_SIGNATURE, ihdr(grey8), good, chunk("IEND", [1])]), "corrupt"],
    ["colour type 5", png({ ...grey8, colourType: 5 }, good), "corrupt"],
    ["3 bits", png({ ...grey8, bitDepth: 3 }, good), "corrupt"],
    ["interlace method 2", png({ ...grey8, interlace: 2 }, good), "corrupt"],
    ["a chunk longer than the file", png(grey8, Uint8Array.of(0, 1, 0, 0, 0x49, 0x44, 0x41, 0x54)), "truncated"],
    [
      "a chunk longer than the format allows",
      png(grey8, Uint8Array.of(0xff, 0, 0, 0, 0x49, 0x44, 0x41, 0x54)),
      "corrupt",
    ],
    ["image data that is not zlib", png(grey8, chunk("IDAT", [1, 2, 3, 4, 5, 6, 7, 8])), "corrupt"],
    ["image data that ends early", png(grey8, idat([0, 7])), "corrupt"],
    [
      "a zlib stream that ends early",
      png(grey8, chunk("IDAT", deflateSync(Uint8Array.of(0, 7, 200)).subarray(0, 6))),
      "corrupt",
    ],
    ["a filter that does not exist", png(grey8, idat([5, 7, 200])), "corrupt"],
  ])("refuses %s", async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });
});

describe("PNG bombs", () => {
  const zeros = deflateSync(new Uint8Array(300_000_000), { level: 9 });

  test("refuses image data that inflates to 300 MB for two pixels, and soon", async () => {
    const started = performance.now();
    expect(await reasonOf(png(grey8, chunk("IDAT", zeros)))).toBe("corrupt");
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("never inflates compressed text and profiles", async () => {
    const text = chunk("zTXt", concatBytes([Uint8Array.of(65, 0, 0), zeros]));
    const profile = chunk("iCCP", concatBytes([Uint8Array.of(65, 0, 0), zeros]));
    const international = chunk("iTXt", concatBytes([Uint8Array.of(65, 0, 1, 0, 0, 0), zeros]));
    const memories = countCodecMemory();
    const decodeFresh = createImageDecoder(await loadCodecModules());
    const decoded = await decodeFresh(png(grey8, profile, text, international, idat([0, 7, 200])), limits);
    expect(decoded).toMatchObject({ ok: true, value: { pixels: { data: Uint8Array.of(7, 200) } } });
    expect(memories.largest()).toBeLessThan(3_000_000);
    memories.stop();
  });

  test("accepts image data cut into 100,000 empty pieces", async () => {
    const pieces = Array.from({ length: 100_000 }, () => chunk("IDAT"));
    expect((await pixelsOf(png(grey8, ...pieces, idat([0, 7, 200])))).data).toEqual(Uint8Array.of(7, 200));
  });
});

const suite = join(import.meta.dirname, "../../../../shared/data/pngsuite");
if (existsSync(suite)) {
  describe("PngSuite", () => {
    const names = readdirSync(join(suite, "png")).filter((name) => name.endsWith(".png"));
    const valid = names.filter((name) => !name.startsWith("x"));
    const read = (name: string) => new Uint8Array(readFileSync(join(suite, "png", name)));

    test.each(valid)("decodes %s like its reference", async (name) => {
      const { width, height, channels, data, maxValue } = await pixelsOf(read(name));
      const reference = readBmp(readFileSync(join(suite, "bmp", name.replace(".png", ".bmp"))));
      expect([width, height]).toEqual([reference.width, reference.height]);
      let largestDifference = 0;
      for (let pixel = 0; pixel < width * height; pixel++) {
        const sample = (channel: number) => (data[pixel * channels + channel] * 255) / maxValue;
        const alpha = channels % 2 === 0 ? sample(channels - 1) : 255;
        // A transparent pixel's colour is not kept by the reference.
        const colour = alpha === 0 ? [0, 0, 0] : channels < 3 ? [0, 0, 0].map(() => sample(0)) : [0, 1, 2].map(sample);
        const expected = reference.rgba.subarray(pixel * 4, pixel * 4 + 4);
        for (const [i, value] of [...colour, alpha].entries()) {
          if (alpha === 0 && i < 3) continue;
          largestDifference = Math.max(largestDifference, Math.abs(value - expected[i]));
        }
      }
      expect(largestDifference).toBeLessThanOrEqual(1);
    });

    test.each(valid.filter((name) => name.endsWith("16.png") && !name.startsWith("tb")))(
      "keeps all 16 bits of %s",
      async (name) => {
        expect((await pixelsOf(read(name))).data).toEqual(decodeWithFastPng(read(name)).data);
      },
    );

    test.each(names.filter((name) => name.startsWith("x")))("refuses the broken %s", async (name) => {
      expect(await reasonOf(read(name))).toMatch(/^(?:corrupt|unknown_type)$/);
    });
  });
}
