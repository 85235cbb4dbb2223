// Hostile input: whatever the bytes, the outcome is a picture or a known reason, memory stays bounded, and the next
// picture is decoded as if nothing had happened.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createImageDecoder, type DecodedImage, type DecodeReason } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { countCodecMemory } from "./codec-memory.ts";
import { cmykJpeg, colourJpeg, progressiveJpeg, restartJpeg, turnedJpeg } from "./fixtures.ts";
import { chunk, idat, png } from "./png/png-file.ts";
import { riffChunk, riffData, webp } from "./webp/webp-file.ts";
import { losslessAlphaWebp, losslessWebp, lossyAlphaWebp, lossyWebp, turnedWebp } from "./webp/webp-fixtures.ts";

const modules = await loadCodecModules();
const decode = createImageDecoder(modules);
const limits = { maxPixels: 1_000_000 };

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_240_229;
const numRuns = 300;

const REASONS: DecodeReason[] = ["empty", "unknown_type", "truncated", "corrupt", "unsupported", "too_many_pixels"];

const scanlines = Uint8Array.from({ length: 12 * 37 }, (_, i) => (i % 37 === 0 ? (i / 37) % 5 : (i * 31) % 256));
const rgbPng = png({ width: 12, height: 12, bitDepth: 8, colourType: 2 }, idat(scanlines));
const palettePng = png(
  { width: 4, height: 2, bitDepth: 2, colourType: 3, interlace: 1 },
  chunk("PLTE", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
  chunk("tRNS", [100]),
  idat([0, 0, 0, 64, 0, 128, 0, 64, 0, 0x12]),
);

const files: [string, Uint8Array][] = [
  ["RGB PNG", rgbPng],
  ["palette PNG", palettePng],
  ["baseline JPEG", colourJpeg],
  ["progressive JPEG", progressiveJpeg],
  ["JPEG with restart markers", restartJpeg],
  ["JPEG with EXIF", turnedJpeg],
  ["CMYK JPEG", cmykJpeg],
  ["lossy WebP", lossyWebp],
  ["lossy WebP with alpha", lossyAlphaWebp],
  ["lossless WebP", losslessWebp],
  ["lossless WebP with alpha", losslessAlphaWebp],
  ["WebP with EXIF", turnedWebp],
];

const signatures = [rgbPng.subarray(0, 8), colourJpeg.subarray(0, 8), lossyWebp.subarray(0, 16)];

function expectSound({ pixels }: DecodedImage) {
  expect(pixels.width * pixels.height).toBeLessThanOrEqual(limits.maxPixels);
  expect(pixels.data.length).toBe(pixels.width * pixels.height * pixels.channels);
}

describe.each(files)("%s", (_, valid) => {
  test("cut at any byte is never a picture", async () => {
    for (let length = 1; length < valid.length; length++) {
      const decoded = await decode(valid.subarray(0, length), limits);
      expect(decoded, `cut to ${length} bytes`).toMatchObject({ ok: false, error: { reason: "truncated" } });
    }
  });

  test("mutated is a picture of its declared size or a known reason", async () => {
    const before = await decode(valid, limits);
    expect(before.ok).toBe(true);
    const mutation = fc.record({
      at: fc.nat(valid.length - 1),
      removed: fc.nat({ max: 8 }),
      inserted: fc.uint8Array({ maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        let bytes = [...valid];
        for (const { at, removed, inserted } of mutations) bytes = bytes.toSpliced(at, removed, ...inserted);
        const decoded = await decode(Uint8Array.from(bytes), limits);
        if (decoded.ok) expectSound(decoded.value);
        else expect(REASONS).toContain(decoded.error.reason);
      }),
      { seed, numRuns },
    );
    expect(await decode(valid, limits)).toEqual(before);
  });
});

test("PNGs with flipped bits and repaired checksums reach the codec and do it no harm", async () => {
  const before = await decode(rgbPng, limits);
  const compressed = rgbPng.subarray(41, -16);
  await fc.assert(
    fc.asyncProperty(fc.nat(compressed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const damaged = compressed.with(at, compressed[at] ^ bits);
      const header = { width: 12, height: 12, bitDepth: 8, colourType: 2 };
      const decoded = await decode(png(header, chunk("IDAT", damaged)), limits);
      if (decoded.ok) expectSound(decoded.value);
      else expect(decoded.error.reason).toBe("corrupt");
    }),
    { seed, numRuns },
  );
  expect(await decode(rgbPng, limits)).toEqual(before);
});

test.each([
  ["lossy", lossyWebp, "VP8 ", 10],
  ["lossless", losslessWebp, "VP8L", 5],
])("%s WebPs with flipped bits behind their size reach the codec and do it no harm", async (_, valid, type, header) => {
  const before = await decode(valid, limits);
  const data = riffData(valid, type);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: header, max: data.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, bits) => {
        const decoded = await decode(webp(riffChunk(type, data.with(at, data[at] ^ bits))), limits);
        if (decoded.ok) expectSound(decoded.value);
        else expect(["corrupt", "unsupported"]).toContain(decoded.error.reason);
      },
    ),
    { seed, numRuns },
  );
  expect(await decode(valid, limits)).toEqual(before);
});

test("random bytes behind a signature are refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 400 }), async (signature, noise) => {
      const decoded = await decode(Uint8Array.from([...signature, ...noise]), limits);
      expect(decoded.ok).toBe(false);
    }),
    { seed, numRuns },
  );
});

describe("codec memory", () => {
  const damagedPng = png({ width: 12, height: 12, bitDepth: 8, colourType: 2 }, idat(scanlines.subarray(0, 100)));
  const damagedJpeg = colourJpeg.slice();
  damagedJpeg.fill(0xaa, -12, -2);
  const damagedWebp = webp(riffChunk("VP8 ", riffData(lossyWebp, "VP8 ").subarray(0, 60)));

  test("is that of a fresh instance after 300 failures, and one instance serves what follows", async () => {
    const memory = countCodecMemory();
    const decodeCounted = createImageDecoder(modules);
    for (let i = 0; i < 100; i++) {
      expect((await decodeCounted(damagedPng, limits)).ok).toBe(false);
      expect((await decodeCounted(damagedJpeg, limits)).ok).toBe(false);
      expect((await decodeCounted(damagedWebp, limits)).ok).toBe(false);
    }
    const afterFailures = memory.instances();
    expect(afterFailures).toBe(300);
    // 16.8 MB is what libwebp starts with; the others have less than 1 MB after a small picture.
    expect(memory.largest()).toBeLessThan(17_000_000);
    for (let i = 0; i < 20; i++) {
      expect((await decodeCounted(rgbPng, limits)).ok).toBe(true);
      expect((await decodeCounted(colourJpeg, limits)).ok).toBe(true);
      expect((await decodeCounted(lossyWebp, limits)).ok).toBe(true);
    }
    expect(memory.instances()).toBe(afterFailures + 3);
    memory.stop();
  });

  test("grown by a large picture is given back", async () => {
    const [width, height] = [2000, 1000];
    const header = { width, height, bitDepth: 8, colourType: 0, interlace: 1 };
    const large = png(header, idat(new Uint8Array((width + 2) * height)));
    const memory = countCodecMemory();
    const decodeCounted = createImageDecoder(modules);
    expect((await decodeCounted(large, { maxPixels: width * height })).ok).toBe(true);
    expect(memory.largest()).toBeGreaterThan(8 * 1024 * 1024);
    expect((await decodeCounted(palettePng, limits)).ok).toBe(true);
    expect(memory.instances()).toBe(2);
    memory.stop();
  });

  test("is shared by concurrent calls without mixing their pictures", async () => {
    const memory = countCodecMemory();
    const decodeCounted = createImageDecoder(modules);
    const pictures = [rgbPng, colourJpeg, progressiveJpeg, lossyWebp, losslessAlphaWebp];
    const expected = await Promise.all(pictures.map((bytes) => decode(bytes, limits)));
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => decodeCounted(pictures[i % pictures.length], limits)),
    );
    for (const [i, result] of results.entries()) expect(result).toEqual(expected[i % pictures.length]);
    expect(memory.instances()).toBe(3);
    memory.stop();
  });
});
