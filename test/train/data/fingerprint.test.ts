// Fingerprints: the same for copies, another for other pictures, and harmless for pictures that show nothing.

import { expect, test } from "vitest";
import type { Pixels } from "../../../src/image/pixels.ts";
import { toFingerprint } from "../../../train/data/fingerprint.ts";

/** A picture of waves, its samples from 0 to 255 in two dimensions. */
function waves(width: number, height: number, frequency: number): Pixels {
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    return 128 + 60 * Math.sin(frequency * x + 1) + 50 * Math.cos(frequency * 0.7 * y + 2 * x);
  });
  return { width, height, channels: 1, data, maxValue: 255 };
}

const distance = (a: Pixels, b: Pixels) => {
  const [one, other] = [toFingerprint(a).hash, toFingerprint(b).hash];
  return [0, 1].reduce(
    (sum, i) => sum + (one[i] ^ other[i]).toString(2).replace("-", "").replaceAll("0", "").length,
    0,
  );
};
const correlation = (a: Pixels, b: Pixels) => {
  const [one, other] = [toFingerprint(a).thumbnail, toFingerprint(b).thumbnail];
  return one.reduce((sum, value, i) => sum + value * other[i], 0);
};
const changed = (pixels: Pixels, change: (value: number) => number): Pixels => ({
  ...pixels,
  data: Uint8ClampedArray.from(pixels.data, change),
});

const picture = waves(96, 96, 9);

test.each([
  ["darker", changed(picture, (value) => value - 15)],
  ["of less contrast", changed(picture, (value) => value * 0.6 + 40)],
  ["smaller", waves(48, 48, 9)],
  ["larger", waves(300, 280, 9)],
  ["of 16 bits", { ...picture, data: Uint16Array.from(picture.data, (v) => v * 257), maxValue: 65_535 as const }],
  [
    "in RGB",
    {
      ...picture,
      channels: 3 as const,
      data: Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => picture.data[Math.floor(i / 3)]),
    },
  ],
])("a copy %s has nearly the same hash and thumbnail", (_what, copy) => {
  expect(distance(picture, copy)).toBeLessThanOrEqual(4);
  expect(correlation(picture, copy)).toBeGreaterThan(0.998);
});

test("another picture has another hash and thumbnail", () => {
  expect(distance(picture, waves(96, 96, 17))).toBeGreaterThan(10);
  expect(correlation(picture, waves(96, 96, 17))).toBeLessThan(0.9);
});

test("the thumbnail is what reducing the image to 16 x 16 gives, without its mean, of length 1", () => {
  const { thumbnail } = toFingerprint(picture);
  expect(thumbnail.length).toBe(256);
  expect(thumbnail.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
  expect(correlation(picture, picture)).toBeCloseTo(1, 6);
});

test.each([
  ["flat", new Uint8Array(9).fill(77)],
  ["black", new Uint8Array(9)],
])("a %s picture correlates with nothing, not even itself", (_what, data) => {
  const flat: Pixels = { width: 3, height: 3, channels: 1, data, maxValue: 255 };
  expect(correlation(flat, flat)).toBe(0);
});

test("one pixel is enough", () => {
  const pixel: Pixels = { width: 1, height: 1, channels: 1, data: Uint8Array.of(9), maxValue: 255 };
  expect(toFingerprint(pixel).thumbnail.every((value) => value === 0)).toBe(true);
});
