// Damage to images: seeded, worse with severity, and harmless to what is not colour.

import { describe, expect, test } from "vitest";
import type { Pixels } from "../../../../src/image/pixels.ts";
import { corrupt, CORRUPTION_KINDS, SEVERITIES } from "../../../../train/evaluate/corruptions/corruptions.ts";
import { blur } from "../../../../train/evaluate/corruptions/blur.ts";
import { lowerContrast } from "../../../../train/evaluate/corruptions/lower-contrast.ts";
import { rotate } from "../../../../train/evaluate/corruptions/rotate.ts";

const grey = (width: number, height: number, data: number[]): Pixels => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
  maxValue: 255,
});

/** A bright L on a dark ground, 32 x 32, so that every damage can be seen in it. */
const letter = grey(
  32,
  32,
  Array.from({ length: 1024 }, (_, at) => {
    const [x, y] = [at % 32, Math.floor(at / 32)];
    return (x > 6 && x < 12 && y > 4 && y < 27) || (y > 21 && y < 27 && x > 6 && x < 24) ? 220 : 20;
  }),
);

const distance = (a: Pixels, b: Pixels) =>
  Math.sqrt(Array.from(a.data).reduce((sum, value, at) => sum + (value - b.data[at]) ** 2, 0) / a.data.length);

describe.each(CORRUPTION_KINDS)("%s", (kind) => {
  const damaged = SEVERITIES.map((severity) => corrupt(letter, kind, severity, 7));

  test("is the same for a seed and leaves the original alone", () => {
    const before = letter.data.slice();
    expect(corrupt(letter, kind, 3, 7)).toEqual(damaged[2]);
    expect(letter.data).toEqual(before);
  });

  test("does more with severity, and always something", () => {
    const distances = damaged.map((pixels) => distance(pixels, letter));
    expect(distances[0]).toBeGreaterThan(1);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test("keeps size, depth and alpha", () => {
    const data = Uint16Array.from({ length: 8 * 8 * 4 }, (_, at) => (at % 4 === 3 ? 12_345 : (at * 257) % 65_536));
    const rgba: Pixels = { width: 8, height: 8, channels: 4, data, maxValue: 65535 };
    const after = corrupt(rgba, kind, 5, 1);
    expect(after).toMatchObject({ width: 8, height: 8, channels: 4, maxValue: 65535 });
    expect(after.data).toBeInstanceOf(Uint16Array);
    expect([...after.data].filter((_, at) => at % 4 === 3)).toEqual(Array.from({ length: 64 }, () => 12_345));
    expect(after.data.some((value) => value > 255)).toBe(true);
  });

  test("takes one pixel", () => {
    expect(corrupt(grey(1, 1, [100]), kind, 5, 1).data).toHaveLength(1);
  });
});

test("contrast draws samples to the mean of their channel", () => {
  expect([...lowerContrast(grey(2, 2, [0, 100, 100, 200]), 0.4).data]).toEqual([60, 100, 100, 140]);
});

test("a blur keeps a flat image, and spreads a point evenly", () => {
  expect([...blur(grey(3, 2, [9, 9, 9, 9, 9, 9]), 2).data]).toEqual([9, 9, 9, 9, 9, 9]);
  const [, above, , left, centre, right, , below] = blur(grey(3, 3, [0, 0, 0, 0, 200, 0, 0, 0, 0]), 0.5).data;
  expect(new Set([above, left, right, below]).size).toBe(1);
  // The Gaussian's weights at 0 and 1 pixel are 0.7866 and 0.1065 of the sum.
  expect([centre, left]).toEqual([124, 17]);
});

test("a rotation by 90 degrees turns clockwise, by 0 does nothing", () => {
  const corner = grey(3, 3, [9, 0, 0, 0, 0, 0, 0, 0, 5]);
  expect([...rotate(corner, 90).data]).toEqual([0, 0, 9, 0, 0, 0, 5, 0, 0]);
  expect(rotate(corner, 0)).toEqual(corner);
});
