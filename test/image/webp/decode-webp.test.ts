// WebP: lossy, lossless and transparent pictures come out as Pillow reads them, and a file that breaks the format, or that
// would break the decoder, is refused.

import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { countCodecMemory } from "../codec-memory.ts";
import { exifBlock } from "../orientation/exif-block.ts";
import { losslessChunk, oneSymbol, riffChunk, riffData, symbolLengths, vp8x, webp, type Bits } from "./webp-file.ts";
import * as fixtures from "./webp-fixtures.ts";

const { losslessAlphaWebp, losslessWebp, lossyAlphaWebp, lossyWebp } = fixtures;
const modules = await loadCodecModules();
const decode = createImageDecoder(modules);
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

/** The pixels that the fixtures were made from. */
const pixelAt = (x: number, y: number) => [16 * x, 32 * y, 255 - 16 * x];
const alphaAt = (x: number, y: number) => 8 * x + 16 * y;
const picture = (pixel: (x: number, y: number) => number[], width = 16, height = 8) =>
  Uint8Array.from(Array.from({ length: width * height }, (_, i) => pixel(i % width, Math.floor(i / width))).flat());

const rgb = picture(pixelAt);
const rgba = picture((x, y) => [...pixelAt(x, y), alphaAt(x, y)]);

const vp8l = riffChunk("VP8L", riffData(losslessWebp, "VP8L"));
const vp8 = riffChunk("VP8 ", riffData(lossyWebp, "VP8 "));
const alph = riffChunk("ALPH", riffData(lossyAlphaWebp, "ALPH"));
const extended = (...chunks: Uint8Array[]) => webp(vp8x(16, 8), ...chunks);

describe("WebP kinds", () => {
  test.each([
    ["lossless", losslessWebp, 3, rgb],
    ["lossless with alpha", losslessAlphaWebp, 4, rgba],
    ["lossless with a palette", fixtures.paletteWebp, 3, picture((x) => (x < 8 ? [200, 40, 90] : [10, 220, 60]))],
    ["lossless with a profile and XMP", fixtures.profiledWebp, 3, rgb],
  ] as const)("gives the pixels of %s exactly", async (_, bytes, channels, data) => {
    expect(await pixelsOf(bytes)).toEqual({ width: 16, height: 8, channels, data, maxValue: 255 });
  });

  test.each([
    ["lossy", lossyWebp, 3, fixtures.lossyPixels],
    ["lossy with alpha", lossyAlphaWebp, 4, fixtures.lossyAlphaPixels],
  ] as const)("gives the pixels of %s within 1", async (_, bytes, channels, expected) => {
    const { data, ...shape } = await pixelsOf(bytes);
    expect(shape).toEqual({ width: 16, height: 8, channels, maxValue: 255 });
    expect(data.length).toBe(expected.length);
    for (const [i, sample] of expected.entries()) expect(Math.abs(data[i] - sample)).toBeLessThanOrEqual(1);
  });

  test("keeps the alpha of a lossy picture exactly", async () => {
    const { data } = await pixelsOf(lossyAlphaWebp);
    expect(data.filter((_, i) => i % 4 === 3)).toEqual(picture((x, y) => [alphaAt(x, y)]));
  });

  test("reads alpha that is not compressed", async () => {
    const alpha = Uint8Array.from({ length: 128 }, (_, i) => 2 * i);
    const { channels, data } = await pixelsOf(extended(riffChunk("ALPH", [0, ...alpha]), vp8));
    expect(channels).toBe(4);
    expect(data.filter((_, i) => i % 4 === 3)).toEqual(alpha);
  });

  test("gives a single pixel", async () => {
    const shape = { width: 1, height: 1, channels: 3, maxValue: 255 };
    expect(await pixelsOf(fixtures.onePixelWebp)).toEqual({ ...shape, data: Uint8Array.of(48, 96, 207) });
    const { data, ...lossyShape } = await pixelsOf(fixtures.onePixelLossyWebp);
    expect(lossyShape).toEqual(shape);
    for (const [i, sample] of [48, 96, 207].entries()) expect(Math.abs(data[i] - sample)).toBeLessThanOrEqual(1);
  });

  test("applies EXIF orientation once", async () => {
    const { width, height, data } = await pixelsOf(fixtures.turnedWebp);
    expect([width, height]).toEqual([8, 16]);
    // Turned clockwise: the first row is the stored first column from its bottom.
    expect(data).toEqual(picture((x, y) => pixelAt(y, 7 - x), 8, 16));
  });

  test.each([
    ["with JPEG's prefix", concatBytes([toUtf8("Exif\0\0"), exifBlock(3)])],
    ["little-endian", exifBlock(3, { littleEndian: true })],
  ])("applies EXIF %s", async (_, exif) => {
    const { data } = await pixelsOf(extended(vp8l, riffChunk("EXIF", exif), riffChunk("EXIF", exifBlock(1))));
    expect([...data.subarray(0, 3)]).toEqual(pixelAt(15, 7));
  });
});

describe("WebPs that are odd and sound", () => {
  const unknown = riffChunk("ABCD", [1, 2, 3]);
  // The lossless picture has an odd length, so its chunk ends in padding.
  const unpadded = webp(vp8l).subarray(0, -1);
  unpadded[4]--;

  test.each([
    ["unknown chunks of odd length", extended(unknown, vp8l, unknown)],
    ["an unknown chunk behind a simple picture", webp(vp8l, unknown)],
    ["alpha beside a lossless picture", extended(alph, vp8l)],
    ["alpha and EXIF in a simple file", webp(vp8l, alph, riffChunk("EXIF", exifBlock(3)))],
    ["malformed EXIF", extended(vp8l, riffChunk("EXIF", exifBlock(6).subarray(0, 15)))],
    ["flags that announce what is not there", webp(vp8x(16, 8, 0x3c), vp8l)],
    ["bytes after the declared end", concatBytes([webp(vp8l), toUtf8("RIFF and more")])],
    ["no padding at the end", unpadded],
  ])("decodes %s like the clean file", async (_, bytes) => {
    expect(await pixelsOf(bytes)).toEqual(await pixelsOf(losslessWebp));
  });
});

describe("WebPs that are refused", () => {
  const lossy = riffData(lossyWebp, "VP8 ");
  const lossless = riffData(losslessWebp, "VP8L");
  const withLossy = (at: number, byte: number) => webp(riffChunk("VP8 ", lossy.with(at, byte)));
  const withLossless = (at: number, byte: number) => webp(riffChunk("VP8L", lossless.with(at, byte)));

  test.each<[string, Uint8Array, string]>([
    ["an animation", fixtures.animatedWebp, "unsupported"],
    ["an animation that VP8X does not announce", extended(riffChunk("ANIM", new Uint8Array(6)), vp8l), "unsupported"],
    ["a frame of an animation", extended(riffChunk("ANMF", new Uint8Array(16))), "unsupported"],
    ["no chunks", webp(), "corrupt"],
    ["no picture", extended(), "corrupt"],
    ["another chunk first", webp(riffChunk("ICCP", new Uint8Array(12)), vp8l), "corrupt"],
    ["two pictures", webp(vp8l, vp8l), "corrupt"],
    ["two kinds of picture", extended(vp8, vp8l), "corrupt"],
    ["two alphas", extended(alph, alph, vp8), "corrupt"],
    ["alpha behind the picture", extended(vp8, alph), "corrupt"],
    ["a second VP8X", extended(vp8x(16, 8), vp8l), "corrupt"],
    ["a VP8X of a wrong length", webp(riffChunk("VP8X", new Uint8Array(12)), vp8l), "corrupt"],
    ["a canvas of another size", webp(vp8x(16, 9), vp8l), "corrupt"],
    ["a chunk beyond the declared end", webp(vp8l).with(16, 200), "corrupt"],
    ["a declared end inside the first chunk", webp(vp8l).with(4, 20), "corrupt"],
    ["a chunk type that is not text", webp(vp8l, riffChunk("AB\u0001D")), "corrupt"],
    ["less than a chunk at the end", webp(vp8l, Uint8Array.of(1, 2, 3, 4)), "corrupt"],
    ["a declared end behind the last byte", webp(vp8l).with(4, 100), "truncated"],
    ["an interframe", withLossy(0, lossy[0] | 1), "corrupt"],
    ["a frame that is not shown", withLossy(0, lossy[0] & ~16), "corrupt"],
    ["VP8 version 4", withLossy(0, lossy[0] | 8), "corrupt"],
    ["another start code", withLossy(4, 0x02), "corrupt"],
    ["no width", webp(riffChunk("VP8 ", concatBytes([lossy.subarray(0, 6), new Uint8Array(4)]))), "corrupt"],
    ["lossy data that ends early", webp(riffChunk("VP8 ", lossy.subarray(0, 60))), "corrupt"],
    ["a lossy header that ends early", webp(riffChunk("VP8 ", lossy.subarray(0, 9))), "corrupt"],
    ["another lossless signature", withLossless(0, 0x2e), "corrupt"],
    ["lossless version 1", withLossless(4, lossless[4] | 0x20), "corrupt"],
    ["lossless data that ends early", webp(riffChunk("VP8L", lossless.subarray(0, -1))), "corrupt"],
    ["alpha that is empty", extended(riffChunk("ALPH"), vp8), "corrupt"],
    ["alpha of too few bytes", extended(riffChunk("ALPH", new Uint8Array(128)), vp8), "corrupt"],
    [
      "compressed alpha that ends early",
      extended(riffChunk("ALPH", riffData(lossyAlphaWebp, "ALPH").subarray(0, -1)), vp8),
      "corrupt",
    ],
    [
      "a compression of alpha that does not exist",
      extended(riffChunk("ALPH", new Uint8Array(129).fill(2)), vp8),
      "corrupt",
    ],
  ])("refuses %s", async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });

  test.each([
    ["a canvas", concatBytes([webp(vp8x(0xea60, 0xea60)), toUtf8("VP8L")]), limits],
    ["a lossy picture", withLossy(7, 0x3f).with(29, 0x3f).subarray(0, 30), limits],
    ["a lossless picture", webp(losslessChunk(16384, 16384)).subarray(0, 25), limits],
    ["a picture of one pixel too many", losslessWebp, { maxPixels: 127 }],
  ])("refuses %s of too many pixels from its header alone", async (_, bytes, { maxPixels }) => {
    expect(await decode(bytes, { maxPixels })).toMatchObject({ ok: false, error: { reason: "too_many_pixels" } });
  });
});

describe("whatever the caller allows, refuses", () => {
  const open = { maxPixels: 100_000_000 };
  const sized = (type: "VP8 " | "VP8L", width: number, height: number) => {
    const data = riffData(type === "VP8L" ? losslessWebp : lossyWebp, type).slice();
    const view = new DataView(data.buffer);
    if (type === "VP8L") view.setUint32(1, (width - 1) | ((height - 1) << 14), true);
    else view.setUint32(6, width | (height << 16), true);
    return webp(riffChunk(type, data));
  };

  test.each([
    ["a lossy picture of more than 8 Mi pixels", sized("VP8 ", 4096, 2049)],
    ["a lossless one of more than 4 Mi pixels", sized("VP8L", 2048, 2049)],
  ])("%s", async (_, bytes) => {
    expect(await decode(bytes, open)).toMatchObject({ ok: false, error: { reason: "too_many_pixels" } });
  });

  test("none that has as many, for its size", async () => {
    expect(await decode(sized("VP8L", 2048, 2048), open)).toMatchObject({ error: { reason: "corrupt" } });
  });
});

describe("prefix codes of lossless pictures", () => {
  const none: Bits = [0, 1];
  const rest = [...oneSymbol(3), ...oneSymbol(4), ...oneSymbol(255), ...oneSymbol(0)];
  /** Without transforms, colour cache and groups. */
  const withGreen = (...green: Bits[]) => webp(losslessChunk(4, 4, none, none, none, ...green, ...rest, [0, 16]));

  test("that are complete make a picture", async () => {
    expect((await pixelsOf(withGreen(...oneSymbol(2)))).data).toEqual(picture(() => [3, 2, 4], 4, 4));
    // Bits of zero give the first symbol that has the shortest length.
    const pixels = await pixelsOf(withGreen(...symbolLengths(0, 2, 1, 2)));
    expect(pixels.data).toEqual(picture(() => [3, 2, 4], 4, 4));
  });

  test.each<[string, Uint8Array]>([
    ["lack a symbol", withGreen(...symbolLengths(0, 2, 1, 3))],
    ["have a symbol too many", withGreen(...symbolLengths(1, 1, 1))],
    ["have no symbols", withGreen(...symbolLengths(0, 0, 0))],
    [
      "lack a symbol in an image of a transform",
      webp(losslessChunk(4, 4, [1, 1], [0, 2], [0, 3], none, ...symbolLengths(0, 2, 1, 3), ...rest, [0, 64])),
    ],
    [
      "lack a symbol in the image of groups",
      webp(losslessChunk(4, 4, none, none, [1, 1], [0, 3], none, ...symbolLengths(2, 2), ...rest, [0, 64])),
    ],
    ["name a distance that does not exist", webp(losslessChunk(4, 4, none, none, none, ...rest, ...oneSymbol(40)))],
    ["end early", webp(losslessChunk(4, 4, none, none, none, ...oneSymbol(2)))],
    ["follow a transform that came before", webp(losslessChunk(4, 4, [1, 1], [2, 2], [1, 1], [2, 2], [0, 64]))],
    ["follow a colour cache of 12 bits", webp(losslessChunk(4, 4, none, [1, 1], [12, 4], [0, 64]))],
    [
      "lack a symbol in alpha",
      webp(
        vp8x(16, 8),
        riffChunk("ALPH", [1, ...riffData(withGreen(...symbolLengths(0, 2, 1, 3)), "VP8L").subarray(5)]),
        vp8,
      ),
    ],
  ])("that %s never reach the decoder", async (_, bytes) => {
    const memory = countCodecMemory();
    const decoded = await createImageDecoder(modules)(bytes, limits);
    memory.stop();
    expect(decoded).toMatchObject({ ok: false, error: { reason: "corrupt" } });
    expect(memory.instances()).toBe(0);
  });

  /** Every block has the last group, each group has a colour cache of 11 bits, and a pixel takes no bits. */
  const withGroups = (groups: number) => {
    const group = [...oneSymbol(2), ...rest];
    const last = groups - 1;
    const image = [none, ...oneSymbol(last & 255), ...oneSymbol(last >> 8), ...rest.slice(2)];
    const codes = Array.from({ length: Math.min(groups, 1001) }, () => group).flat();
    return webp(losslessChunk(40, 40, none, [1, 1], [11, 4], [1, 1], [0, 3], ...image, ...codes));
  };

  test("in 1,000 groups leave the decoder below 30 MB", async () => {
    const memory = countCodecMemory();
    const decoded = await createImageDecoder(modules)(withGroups(1000), limits);
    memory.stop();
    expect(decoded).toMatchObject({ ok: true, value: { pixels: { width: 40, height: 40, channels: 3 } } });
    expect(memory.largest()).toBeLessThan(30_000_000);
  });

  test("in more groups are not accepted", async () => {
    expect(await reasonOf(withGroups(1001))).toBe("unsupported");
    expect(await reasonOf(withGroups(65536))).toBe("unsupported");
  });
});
