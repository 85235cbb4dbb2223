// The same bytes give the same pixels in workerd, from statically imported modules.

import interlacedPng from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpModule from "@jsquash/webp/codec/dec/webp_dec.wasm";
import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../src/base/bytes.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { crc32 } from "../../src/image/png/crc32.ts";
import { cmykJpeg, colourJpeg, greyJpeg, palettePng, turnedJpeg } from "./fixtures.ts";
import { losslessAlphaWebp, lossyPixels, lossyWebp, turnedWebp } from "./webp/webp-fixtures.ts";
import jpegModule from "../../src/image/jpeg/jpeg.wasm";
import pngModule from "../../src/image/png/png.wasm";

const decode = createImageDecoder({ png: pngModule, interlacedPng, jpeg: jpegModule, webp: webpModule });
const limits = { maxPixels: 1_000_000 };

describe("in workerd", () => {
  test("a palette PNG gives its pixels", async () => {
    expect(await decode(palettePng, limits)).toEqual({
      ok: true,
      value: {
        mediaType: "image/png",
        pixels: { width: 2, height: 1, channels: 4, data: Uint8Array.of(9, 8, 7, 100, 6, 5, 4, 255), maxValue: 255 },
      },
    });
  });

  test("a grey JPEG gives its pixels", async () => {
    const row = [50, 50, 50, 50, 50, 50, 50, 50, 200, 200, 200, 200, 200, 200, 200, 200];
    const data = Uint8Array.from({ length: 128 }, (_, i) => row[i % 16]);
    expect(await decode(greyJpeg, limits)).toEqual({
      ok: true,
      value: { mediaType: "image/jpeg", pixels: { width: 16, height: 8, channels: 1, data, maxValue: 255 } },
    });
  });

  test.each([
    ["colour", colourJpeg, 16, 8, [201, 40, 90]],
    ["turned", turnedJpeg, 8, 16, [201, 40, 90]],
    ["CMYK", cmykJpeg, 16, 8, [50, 198, 152]],
  ] as const)("a %s JPEG gives its pixels", async (_, bytes, width, height, first) => {
    const decoded = await decode(bytes, limits);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const { data, ...shape } = decoded.value.pixels;
    expect(shape).toEqual({ width, height, channels: 3, maxValue: 255 });
    expect([...data.subarray(0, 3)]).toEqual(first);
  });

  test("a lossless WebP gives its pixels", async () => {
    const data = Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) => {
      const [x, y] = [Math.floor(i / 4) % 16, Math.floor(i / 64)];
      return [16 * x, 32 * y, 255 - 16 * x, 8 * x + 16 * y][i % 4];
    });
    expect(await decode(losslessAlphaWebp, limits)).toEqual({
      ok: true,
      value: { mediaType: "image/webp", pixels: { width: 16, height: 8, channels: 4, data, maxValue: 255 } },
    });
  });

  test("a lossy WebP gives its pixels within 1, and a turned one stands upright", async () => {
    const lossy = await decode(lossyWebp, limits);
    if (!lossy.ok) throw new Error(lossy.error.detail);
    for (const [i, sample] of lossyPixels.entries()) {
      expect(Math.abs(lossy.value.pixels.data[i] - sample)).toBeLessThanOrEqual(1);
    }
    expect(await decode(turnedWebp, limits)).toMatchObject({ ok: true, value: { pixels: { width: 8, height: 16 } } });
  });

  test("failures have the same reasons, and the next picture is decoded", async () => {
    for (const bytes of [colourJpeg, palettePng, lossyWebp]) {
      const before = await decode(bytes, limits);
      const cut = await decode(bytes.subarray(0, -6), limits);
      expect(cut).toMatchObject({ ok: false, error: { reason: "truncated" } });
      expect(await decode(bytes, limits)).toEqual(before);
    }
    const damaged = colourJpeg.slice();
    damaged.fill(0xaa, -12, -2);
    expect(await decode(damaged, limits)).toMatchObject({ ok: false, error: { reason: "corrupt" } });
    expect(await decode(greyJpeg, limits)).toMatchObject({ ok: true });
  });

  test("image data that inflates to 80 MB for two pixels is refused", async () => {
    const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (let i = 0; i < 80; i++) controller.enqueue(new Uint8Array(1_000_000));
        controller.close();
      },
    });
    const data = await new Response(zeros.pipeThrough(new CompressionStream("deflate"))).bytes();
    const typed = concatBytes([toUtf8("IDAT"), data]);
    const frame = new DataView(new ArrayBuffer(8));
    frame.setUint32(0, data.length);
    frame.setUint32(4, crc32(typed));
    const [length, checksum] = [new Uint8Array(frame.buffer, 0, 4), new Uint8Array(frame.buffer, 4, 4)];
    const [head, tail] = [palettePng.subarray(0, palettePng.indexOf(0x49, 60) - 4), palettePng.subarray(-12)];
    expect(await decode(concatBytes([head, length, typed, checksum, tail]), limits)).toMatchObject({
      ok: false,
      error: { reason: "corrupt" },
    });
  });
});
