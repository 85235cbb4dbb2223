// Golden vectors: generated inputs that never change, and how far a logit may be off.

import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { agreesWithGolden, GOLDEN_TOLERANCE, goldenSamples, parseGolden } from "../../src/bundle/golden.ts";

describe("goldenSamples", () => {
  test.each([
    ["0", 0, [81, 224, 123, 1, 230, 249, 186, 252]],
    ["1", 1, [81, 228, 230, 19, 104, 213, 159, 229]],
    ["the largest", 0xffff_ffff, [81, 28, 15, 240, 156, 97, 223, 236]],
    ["the one that would leave the generator at zero", 0x9e37_79b9, [0, 4, 157, 18, 142, 44, 37, 25]],
  ])("begin the same everywhere for seed %s", (_what, seed, first) => {
    expect([...goldenSamples(seed, 8)]).toEqual(first);
  });

  test("of a longer run begin with those of a shorter one", () => {
    expect(goldenSamples(7, 100).subarray(0, 10)).toEqual(goldenSamples(7, 10));
  });

  test("cover the whole range", () => {
    expect(new Set(goldenSamples(1, 10_000)).size).toBe(256);
  });

  test("can be none", () => {
    expect(goldenSamples(1, 0)).toEqual(new Uint8Array());
  });
});

describe("agreesWithGolden", () => {
  test("accepts a difference of the tolerance, not more", () => {
    expect(agreesWithGolden(Float32Array.of(0), [GOLDEN_TOLERANCE])).toBe(true);
    expect(agreesWithGolden(Float32Array.of(0), [-GOLDEN_TOLERANCE])).toBe(true);
    expect(agreesWithGolden(Float32Array.of(0), [1.001 * GOLDEN_TOLERANCE])).toBe(false);
  });

  test("grows the tolerance with the largest logit of the vector, whatever its sign", () => {
    expect(agreesWithGolden(Float32Array.of(0.005, -100), [0, -100])).toBe(true);
    expect(agreesWithGolden(Float32Array.of(0.02, -100), [0, -100])).toBe(false);
  });

  test("holds small logits to the absolute tolerance", () => {
    expect(agreesWithGolden(Float32Array.of(0.00105), [0.001])).toBe(true);
    expect(agreesWithGolden(Float32Array.of(0.0012), [0.001])).toBe(false);
  });

  test("accepts what float32 makes of the expected numbers", () => {
    expect(agreesWithGolden(Float32Array.of(0.1, 12_345.678), [0.1, 12_345.678])).toBe(true);
  });

  test.each([
    ["NaN", [0, Number.NaN], [0, 0]],
    ["NaN, even where NaN was expected", [Number.NaN], [Number.NaN]],
    ["infinity", [Infinity], [1]],
    ["infinity, even where infinity was expected", [Infinity], [Infinity]],
    ["a logit too few", [1], [1, 2]],
    ["a logit too many", [1, 2], [1]],
    ["no logits", [], [1]],
  ])("refuses %s", (_what, logits, expected) => {
    expect(agreesWithGolden(Float32Array.from(logits), expected)).toBe(false);
  });
});

describe("parseGolden", () => {
  test("reads a list of vectors", () => {
    expect(parseGolden(toUtf8('{"vectors":[{"seed":1,"logits":[0.5,-2]}]}'))).toEqual({
      ok: true,
      value: { vectors: [{ seed: 1, logits: [0.5, -2] }] },
    });
  });

  test.each([
    ["no bytes", ""],
    ["no vectors", '{"vectors":[]}'],
    ["17 vectors", JSON.stringify({ vectors: Array.from({ length: 17 }, () => ({ seed: 1, logits: [1] })) })],
    ["a vector without logits", '{"vectors":[{"seed":1,"logits":[]}]}'],
    ["a logit that is not a number", '{"vectors":[{"seed":1,"logits":[null]}]}'],
    ["a negative seed", '{"vectors":[{"seed":-1,"logits":[1]}]}'],
    ["a seed of 33 bits", '{"vectors":[{"seed":4294967296,"logits":[1]}]}'],
    ["an unknown field", '{"vectors":[{"seed":1,"logits":[1]}],"tolerance":1}'],
  ])("refuses %s", (_what, text) => {
    expect(parseGolden(toUtf8(text))).toEqual({
      ok: false,
      error: { reason: "golden_invalid", detail: "golden.json is not a list of golden vectors" },
    });
  });
});
