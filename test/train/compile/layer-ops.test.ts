// Each supported layer, and each pair that fuses, answers what TF.js layers answer and has the nodes it should.
import { layers } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { SEED } from "./random-weights.ts";
import { compileOrFail, expectSameAnswers, opsOf } from "./run-both.ts";
import { chain, conv, pad } from "./small-models.ts";

type Layer = layers.Layer;
type Activation = "relu" | "relu6" | "sigmoid" | "elu" | "tanh" | "softmax" | "swish" | "linear";

beforeAll(useWasmBackend);

const fusedConv = ["Placeholder", "_FusedConv2D"];
const fusedDepthwise = ["Placeholder", "FusedDepthwiseConv2dNative"];

describe(`one layer at a time, seed ${SEED}`, () => {
  const rows: [name: string, stack: () => Layer[], ops: string[]][] = [
    ["a convolution", () => [conv()], fusedConv],
    ["a convolution without bias", () => [conv({ useBias: false })], fusedConv],
    [
      "a rectangular strided convolution",
      () => [conv({ kernelSize: [3, 5], strides: [2, 1], padding: "same" })],
      fusedConv,
    ],
    ["a dilated convolution", () => [conv({ dilationRate: [2, 3], padding: "same" })], fusedConv],
    ["same padding at stride 2", () => [conv({ strides: 2, padding: "same" })], fusedConv],
    ["a depthwise convolution", () => [layers.depthwiseConv2d({ kernelSize: 3, padding: "same" })], fusedDepthwise],
    [
      "a depthwise convolution with a multiplier, normalized",
      () => [layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2 }), layers.batchNormalization()],
      fusedDepthwise,
    ],
    ["a normalized convolution", () => [conv(), layers.batchNormalization()], fusedConv],
    [
      "a normalization without scale or center",
      () => [conv({ useBias: false }), layers.batchNormalization({ scale: false, center: false, epsilon: 0.1 })],
      fusedConv,
    ],
    ["a normalization that freezes", () => [conv(), layers.batchNormalization({ trainable: false })], fusedConv],
    ["a normalization twice", () => [conv(), layers.batchNormalization(), layers.batchNormalization()], fusedConv],
    [
      "a normalization after an activation",
      () => [conv({ activation: "relu" }), layers.batchNormalization()],
      [...fusedConv, "Mul", "AddV2"],
    ],
    ["a normalization of the image", () => [layers.batchNormalization()], ["Placeholder", "Mul", "AddV2"]],
    ["padding before a convolution", () => [pad(0, 1, 2, 1), conv({ strides: 2 })], fusedConv],
    [
      "padding before a depthwise convolution",
      () => [pad(1, 0, 0, 2), layers.depthwiseConv2d({ kernelSize: 3, strides: 2 })],
      fusedDepthwise,
    ],
    [
      "padding before same padding",
      () => [pad(1, 0, 1, 0), conv({ padding: "same" })],
      ["Placeholder", "Pad", "_FusedConv2D"],
    ],
    ["padding before pooling", () => [pad(1, 0, 1, 0), layers.maxPooling2d({})], ["Placeholder", "Pad", "MaxPool"]],
    ["max pooling", () => [layers.maxPooling2d({ poolSize: [2, 3], strides: [1, 2] })], ["Placeholder", "MaxPool"]],
    [
      "max pooling, same",
      () => [layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })],
      ["Placeholder", "MaxPool"],
    ],
    [
      "average pooling, same",
      () => [layers.averagePooling2d({ poolSize: 3, padding: "same" })],
      ["Placeholder", "AvgPool"],
    ],
    ["global average pooling", () => [layers.globalAveragePooling2d({})], ["Placeholder", "Mean"]],
    ["flatten", () => [layers.flatten()], ["Placeholder", "Reshape"]],
    ["reshape", () => [layers.reshape({ targetShape: [33, 9] })], ["Placeholder", "Reshape"]],
    ["dropout in the middle", () => [conv(), layers.dropout({ rate: 0.5 }), layers.reLU()], fusedConv],
    [
      "a normalized dense layer",
      () => [layers.flatten(), layers.dense({ units: 6, useBias: false }), layers.batchNormalization(), layers.reLU()],
      ["Placeholder", "Reshape", "_FusedMatMul"],
    ],
  ];

  it.each(rows)("%s", (_name, stack, ops) => {
    const layered = chain(stack());
    const graph = compileOrFail(layered);
    expect(opsOf(graph)).toEqual(ops);
    expectSameAnswers(layered, graph);
  });
});

describe("activations", () => {
  const own: Partial<Record<Activation, string[]>> = {
    tanh: ["Tanh"],
    swish: ["Sigmoid", "Mul"],
    softmax: ["Softmax"],
  };
  const names: Activation[] = ["relu", "relu6", "sigmoid", "elu", "tanh", "softmax", "swish", "linear"];
  // Enough to push values past 6, where relu6 differs from relu.
  const gain = 20;

  it.each(names)("%s, inside a layer and as a layer", (activation) => {
    for (const stack of [
      [conv({ activation }), conv({ filters: 2 })],
      [conv(), layers.activation({ activation }), conv({ filters: 2 })],
      [layers.depthwiseConv2d({ kernelSize: 3, activation }), conv({ filters: 2 })],
    ]) {
      const layered = chain(stack, gain);
      const graph = compileOrFail(layered);
      expect(opsOf(graph)).toHaveLength(3 + (own[activation]?.length ?? 0));
      expectSameAnswers(layered, graph);
    }
    const dense = chain([layers.flatten(), layers.dense({ units: 7, activation }), layers.dense({ units: 4 })], gain);
    expectSameAnswers(dense, compileOrFail(dense));
  });

  it("ReLU layers, with and without a maximum of 6", () => {
    const layered = chain([conv(), layers.reLU({ maxValue: 6 }), layers.maxPooling2d({}), layers.reLU()], gain);
    const graph = compileOrFail(layered);
    expect(opsOf(graph)).toEqual([...fusedConv, "MaxPool", "Relu"]);
    expectSameAnswers(layered, graph);
  });
});
