// The door of the room: types are sniffed, sizes are refused before anything is inflated, nothing is printed.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { concatBytes, toUtf8 } from "../../src/base/bytes.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { colourJpeg } from "./fixtures.ts";
import { chunk, iend, ihdr, png, PNG_SIGNATURE } from "./png/png-file.ts";
import { riffChunk, riffData, webp } from "./webp/webp-file.ts";
import { lossyWebp } from "./webp/webp-fixtures.ts";

const decode = createImageDecoder(await loadCodecModules());
const limits = { maxPixels: 1_000_000 };

describe("image type", () => {
  test("refuses no bytes as empty", async () => {
    expect(await decode(new Uint8Array(0), limits)).toEqual({
      ok: false,
      error: { reason: "empty", detail: "the image has no bytes" },
    });
  });

  test.each([
    ["GIF", toUtf8("GIF89a\u0001\u0000")],
    ["a RIFF file of another kind", toUtf8("RIFF\u0004\u0000\u0000\u0000WAVEfmt ")],
    ["text", toUtf8("a picture")],
    ["a single zero", Uint8Array.of(0)],
    ["JPEG's first two bytes before something else", Uint8Array.of(0xff, 0xd8, 0x00)],
  ])("refuses %s as an unknown type", async (_, bytes) => {
    expect(await decode(bytes, limits)).toEqual({
      ok: false,
      error: { reason: "unknown_type", detail: "the image is neither PNG, JPEG nor WebP" },
    });
  });

  test("reads bytes that are a view into a larger buffer", async () => {
    const buffer = new Uint8Array(colourJpeg.length + 20).fill(0xff);
    buffer.set(colourJpeg, 10);
    const decoded = await decode(buffer.subarray(10, -10), limits);
    expect(decoded).toMatchObject({ ok: true, value: { mediaType: "image/jpeg", pixels: { width: 16, height: 8 } } });
  });
});

describe("pixel ceiling", () => {
  test("refuses a PNG of 60000 x 60000 pixels from its header alone", async () => {
    const bomb = png({ width: 60000, height: 60000, bitDepth: 8, colourType: 6 }, chunk("IDAT", [1, 2, 3]));
    expect(await decode(bomb, limits)).toMatchObject({ ok: false, error: { reason: "too_many_pixels" } });
    const headerOnly = concatBytes([
      PNG_SIGNATURE,
      ihdr({ width: 0xffffffff, height: 0xffffffff, bitDepth: 16, colourType: 6 }),
    ]);
    expect(await decode(headerOnly, limits)).toMatchObject({ ok: false, error: { reason: "too_many_pixels" } });
  });

  test("refuses a JPEG of 65535 x 65535 pixels from its header alone", async () => {
    const sof = [0xff, 0xc2, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0];
    expect(await decode(Uint8Array.of(0xff, 0xd8, ...sof), limits)).toMatchObject({
      ok: false,
      error: { reason: "too_many_pixels" },
    });
  });

  test("refuses an interlaced PNG of more than 4 Mi pixels, whatever the caller allows", async () => {
    const large = png(
      { width: 2048, height: 2049, bitDepth: 8, colourType: 0, interlace: 1 },
      chunk("IDAT", [1, 2, 3]),
    );
    expect(await decode(large, { maxPixels: 100_000_000 })).toMatchObject({ error: { reason: "too_many_pixels" } });
  });

  test("accepts a picture that has exactly as many pixels as allowed", async () => {
    expect(await decode(colourJpeg, { maxPixels: 128 })).toMatchObject({ ok: true });
    expect(await decode(colourJpeg, { maxPixels: 127 })).toMatchObject({
      ok: false,
      error: { reason: "too_many_pixels" },
    });
  });

  test.each([
    [0, 5],
    [5, 0],
  ])("refuses a PNG of %i x %i as corrupt", async (width, height) => {
    const bytes = concatBytes([PNG_SIGNATURE, ihdr({ width, height, bitDepth: 8, colourType: 0 }), iend]);
    expect(await decode(bytes, limits)).toMatchObject({ ok: false, error: { reason: "corrupt" } });
  });
});

test("prints nothing, whatever the codecs have to say", async () => {
  const written = [
    ...(["log", "error", "warn"] as const).map((name) => vi.spyOn(console, name)),
    vi.spyOn(process.stderr, "write"),
    vi.spyOn(process.stdout, "write"),
  ];
  const damaged = colourJpeg.slice();
  damaged.fill(0, -20, -2);
  expect(await decode(damaged, limits)).toMatchObject({ ok: false });
  const cut = webp(riffChunk("VP8 ", riffData(lossyWebp, "VP8 ").subarray(0, 60)));
  expect(await decode(cut, limits)).toMatchObject({ ok: false });
  for (const spy of written) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

const photos = join(import.meta.dirname, "../../../shared/data/exif-orientation");
if (existsSync(photos)) {
  describe.each(["Landscape", "Portrait"])("%s photos", (shape) => {
    const photo = async (orientation: number) => {
      const decoded = await decode(readFileSync(join(photos, `${shape}_${orientation}.jpg`)), {
        maxPixels: 10_000_000,
      });
      if (!decoded.ok) throw new Error(decoded.error.detail);
      return decoded.value.pixels;
    };

    test.each([1, 2, 3, 4, 5, 6, 7, 8])("of orientation %i stand like the upright one", async (orientation) => {
      const [upright, turned] = [await photo(1), await photo(orientation)];
      expect([turned.width, turned.height]).toEqual([upright.width, upright.height]);
      // Each was compressed on its own. Measured: 0 to 3.7 in place, 5.3 and more one pixel off, 42 and more mirrored.
      let difference = 0;
      for (let i = 0; i < upright.data.length; i++) difference += Math.abs(upright.data[i] - turned.data[i]);
      expect(difference / upright.data.length).toBeLessThan(4.5);
    });
  });
}
