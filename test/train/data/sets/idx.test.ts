// The IDX reader: what it reads, and the offset at which it says that a file goes wrong.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIdx } from "../../../../train/data/sets/idx.ts";

const SEED = 20_180_413;

/** Two images of 1 x 3: magic number, three dimensions, six bytes. */
const twoImages = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 11, 12, 20, 21, 22];
const parse = (bytes: number[]) => parseIdx(Uint8Array.from(bytes), "images");

describe("reads", () => {
  test("dimensions and values", () => {
    expect(parse(twoImages)).toEqual({
      ok: true,
      value: { dimensions: [2, 1, 3], values: Uint8Array.of(10, 11, 12, 20, 21, 22) },
    });
  });

  test("a list of labels", () => {
    expect(parse([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])).toEqual({
      ok: true,
      value: { dimensions: [2], values: Uint8Array.of(7, 9) },
    });
  });

  test("an empty list", () => {
    expect(parse([0, 0, 8, 1, 0, 0, 0, 0])).toEqual({ ok: true, value: { dimensions: [0], values: new Uint8Array() } });
  });

  test("a file that stands in the middle of a buffer", () => {
    const view = Uint8Array.from([255, ...twoImages, 255]).subarray(1, -1);
    expect(parseIdx(view, "images")).toMatchObject({ ok: true, value: { dimensions: [2, 1, 3] } });
  });
});

describe("refuses", () => {
  test.each([
    ["no bytes", [], "images: ends at offset 0, inside the magic number"],
    ["a magic number cut short", twoImages.slice(0, 3), "images: ends at offset 3, inside the magic number"],
    ["dimensions cut short", twoImages.slice(0, 15), "images: ends at offset 15, inside the dimensions"],
    ["data cut short", twoImages.slice(0, 21), "images: ends at offset 21; 2 x 1 x 3 bytes of data end at 22"],
    ["data that is missing", twoImages.slice(0, 16), "images: ends at offset 16; 2 x 1 x 3 bytes of data end at 22"],
    ["a byte too many", [...twoImages, 0], "images: goes on at offset 22; 2 x 1 x 3 bytes of data end at 22"],
    ["another beginning", [0, 1, 8, 1, 0, 0, 0, 0], "images: offset 0: an IDX file begins with two zero bytes"],
    ["a gzip file", [0x1f, 0x8b, 8, 0], "images: offset 0: an IDX file begins with two zero bytes"],
    ["floats", [0, 0, 0x0d, 1, 0, 0, 0, 0], "images: offset 2: element type 0xd, expected 0x8, unsigned byte"],
    ["no dimensions", [0, 0, 8, 0], "images: offset 3: 0 dimensions, expected 1 to 4"],
    ["five dimensions", [0, 0, 8, 5], "images: offset 3: 5 dimensions, expected 1 to 4"],
    [
      "dimensions whose product no number holds",
      [0, 0, 8, 4, ...Array.from({ length: 16 }, () => 255)],
      "images: offset 4: the dimensions 4294967295 x 4294967295 x 4294967295 x 4294967295 are too large",
    ],
  ])("%s", (_what, bytes, detail) => {
    expect(parse(bytes)).toEqual({ ok: false, error: { reason: "idx_invalid", detail } });
  });
});

test(`gives a value or a known reason for any bytes at all (seed ${SEED})`, () => {
  const begun = fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.of(0, 0, 8, ...rest));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), begun), (bytes) => {
      const idx = parseIdx(Uint8Array.from(bytes), "images");
      if (idx.ok) expect(idx.value.values.length).toBe(idx.value.dimensions.reduce((a, b) => a * b, 1));
      else expect(idx.error.reason).toBe("idx_invalid");
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
