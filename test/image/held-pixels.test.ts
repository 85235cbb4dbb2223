import { expect, test } from "vitest";
import { heldPixels } from "../../src/image/held-pixels.ts";
import { cmykJpeg, colourJpeg, progressiveJpeg } from "./fixtures.ts";
import { idat, png } from "./png/png-file.ts";
import { lossyWebp } from "./webp/webp-fixtures.ts";

/** Large in its frame header and nowhere else. */
function sized(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const at = jpeg.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[i + 1]));
  const bytes = jpeg.slice();
  new DataView(bytes.buffer).setUint16(at + 5, height);
  new DataView(bytes.buffer).setUint16(at + 7, width);
  return bytes;
}

test("a sequential JPEG holds a strip, a progressive one a part, one in inks all of it", () => {
  expect(heldPixels(sized(colourJpeg, 4000, 3000))).toBe(16 * 4000);
  expect(heldPixels(colourJpeg)).toBe(16 * 8);
  expect(heldPixels(sized(progressiveJpeg, 4000, 3000))).toBe(3_000_000);
  expect(heldPixels(sized(cmykJpeg, 500, 400))).toBe(200_000);
});

test("a PNG holds a strip", () => {
  const large = png({ width: 60_000, height: 50_000, bitDepth: 8, colourType: 2 }, idat([]));
  expect(heldPixels(large)).toBe(16 * 60_000);
});

test("what is decoded whole, as interlaced PNGs are, holds what its header says", () => {
  const large = png({ width: 60_000, height: 50_000, bitDepth: 8, colourType: 2, interlace: 1 }, idat([]));
  expect(heldPixels(large)).toBe(3_000_000_000);
  expect(heldPixels(large.subarray(0, 33))).toBe(3_000_000_000);
  expect(heldPixels(lossyWebp)).toBe(16 * 8);
});

test("bytes without a header hold nothing", () => {
  for (const bytes of [new Uint8Array(), colourJpeg.subarray(0, 20), new TextEncoder().encode("GIF89a")]) {
    expect(heldPixels(bytes)).toBe(0);
  }
});
