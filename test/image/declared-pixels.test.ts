import { expect, test } from "vitest";
import { declaredPixels } from "../../src/image/declared-pixels.ts";
import { colourJpeg } from "./fixtures.ts";
import { idat, png } from "./png-file.ts";
import { lossyWebp } from "./webp-fixtures.ts";

test("what an image of each type says it has is read from its header alone", () => {
  const large = png({ width: 60_000, height: 50_000, bitDepth: 8, colourType: 2 }, idat([]));
  expect(declaredPixels(large)).toBe(3_000_000_000);
  expect(declaredPixels(large.subarray(0, 33))).toBe(3_000_000_000);
  expect(declaredPixels(colourJpeg)).toBe(16 * 8);
  expect(declaredPixels(lossyWebp)).toBe(16 * 8);
});

test("bytes without a header say nothing", () => {
  for (const bytes of [new Uint8Array(), colourJpeg.subarray(0, 20), new TextEncoder().encode("GIF89a")]) {
    expect(declaredPixels(bytes)).toBe(0);
  }
});
