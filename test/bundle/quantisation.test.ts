// The file that says which layers are computed in 8 bits: what is read, and what is refused.

import { expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { parseQuantisation, toQuantisationFile } from "../../src/bundle/quantisation.ts";

const value = { name: "conv2d_1", scale: 0.05, zeroPoint: 64, highest: 127 };

test("what is written is read", () => {
  const quantisation = {
    layers: new Set(["conv2d_1"]),
    values: new Map([
      ["input", { scale: 0.5, zeroPoint: 0, highest: 255 as const }],
      ["conv2d_1", { scale: 0.05, zeroPoint: 64, highest: 127 as const }],
    ]),
  };
  expect(parseQuantisation(toQuantisationFile(quantisation))).toEqual({ ok: true, value: quantisation });
});

test.each<[what: string, file: unknown]>([
  ["no document", undefined],
  ["no layers", { layers: [], values: [value] }],
  ["no values", { layers: ["conv2d_1"], values: [] }],
  ["a zero point that is no level", { layers: ["conv2d_1"], values: [{ ...value, zeroPoint: 128 }] }],
  ["a scale of nothing", { layers: ["conv2d_1"], values: [{ ...value, scale: 0 }] }],
  ["levels of other bits", { layers: ["conv2d_1"], values: [{ ...value, highest: 63 }] }],
  ["unknown members", { layers: ["conv2d_1"], values: [value], more: 1 }],
  ["names without end", { layers: ["n".repeat(257)], values: [value] }],
])("refuses %s", (_what, file) => {
  expect(parseQuantisation(toUtf8(JSON.stringify(file) ?? ""))).toMatchObject({
    error: { reason: "quantisation_invalid" },
  });
});
