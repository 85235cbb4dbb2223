import { expect, test } from "vitest";
import type { Constants } from "../../../src/model/plan/graph/constants.ts";
import { correctBiases } from "../../../train/quantise/correct-biases.ts";
import type { Layer } from "../../../train/quantise/float-graph.ts";

const constants: Constants = new Map([
  // Two inputs by two outputs: scales of 1 and 2, so that 0.25 becomes 0 and 3 becomes 4.
  ["kernel", { shape: [1, 1, 2, 2], dtype: "float32", values: Float32Array.of(127, 254, 0.25, 3) }],
  ["bias", { shape: [2], dtype: "float32", values: Float32Array.of(10, 20) }],
]);

const layerOf = (isDepthwise: boolean): Layer => ({
  name: "y",
  reads: ["x"],
  makes: "y",
  kernel: { name: "kernel", channels: 2, isDepthwise },
  bias: "bias",
  work: { multiplying: 1, storing: 1 },
});

test("what rounding the weights adds to a channel's mean is taken off its bias", () => {
  const corrected = correctBiases([layerOf(false)], constants, new Map([["x", Float64Array.of(100, 8)]]));
  expect([...corrected]).toEqual([["bias", Float32Array.of(10 + 0.25 * 8, 20 - 8)]]);
});

test("a depthwise channel reads its own", () => {
  const corrected = correctBiases([layerOf(true)], constants, new Map([["x", Float64Array.of(8, 4)]]));
  expect([...corrected]).toEqual([["bias", Float32Array.of(10 + 0.25 * 8, 20 - 4)]]);
});

test("a layer without a bias of its own, or whose input nobody has seen, is left alone", () => {
  const { bias: _, ...without } = layerOf(false);
  expect(correctBiases([without], constants, new Map([["x", Float64Array.of(1, 1)]])).size).toBe(0);
  expect(correctBiases([layerOf(false)], constants, new Map()).size).toBe(0);
});
