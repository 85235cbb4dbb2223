// The file of the Mahalanobis gate: bounded, and of the sizes it says.

import { expect, test } from "vitest";
import { toBase64, toUtf8 } from "../../src/base/bytes.ts";
import { parseFeatureStatistics } from "../../src/bundle/feature-statistics.ts";

const floats = (...values: number[]) => toBase64(new Uint8Array(Float32Array.from(values).buffer));
const parse = (value: unknown) => parseFeatureStatistics(toUtf8(JSON.stringify(value)));
const valid = { features: 2, whitening: floats(0.5, 0, 1), means: floats(1, 0, -1, 5) };

test("reads float32 in base64", () => {
  expect(parse(valid)).toEqual({
    ok: true,
    value: { features: 2, whitening: Float32Array.of(0.5, 0, 1), means: Float32Array.of(1, 0, -1, 5) },
  });
});

test.each([
  ["no object", 1],
  ["an unknown field", { ...valid, mean: 1 }],
  ["no features", { ...valid, features: 0, whitening: "" }],
  ["more features than a prediction has time for", { ...valid, features: 513 }],
  ["a whitening of another size", { ...valid, whitening: floats(1, 0) }],
  ["half a class", { ...valid, means: floats(1, 0, 1) }],
  ["no class", { ...valid, means: "" }],
  ["what is not base64", { ...valid, means: "%" }],
  ["a mean that is not a number", { ...valid, means: floats(Number.NaN, 0) }],
  ["an infinite whitening", { ...valid, whitening: floats(Infinity, 0, 1) }],
])("refuses %s", (_what, value) => {
  expect(parse(value)).toMatchObject({ ok: false, error: { reason: "statistics_invalid" } });
});
