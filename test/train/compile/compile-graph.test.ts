// The compiled graph answers what the layers model answers, in fewer nodes.
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model, sequential, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights, SEED } from "./random-weights.ts";
import { compileOrFail, expectSameAnswers, opsOf } from "./run-both.ts";

type Layer = layers.Layer;
type Activation = "relu" | "relu6" | "sigmoid" | "elu" | "tanh" | "softmax" | "swish" | "linear";

const inputShape = [11, 9, 3];
const chain = (stack: Layer[], gain = 1): LayersModel =>
  randomizeWeights(sequential({ layers: [layers.inputLayer({ inputShape }), ...stack] }), gain);
const apply = (layer: Layer, x: SymbolicTensor | SymbolicTensor[]) => layer.apply(x) as SymbolicTensor;
const conv = (config: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
  layers.conv2d({ filters: 8, kernelSize: 3, ...config });
const pooled = () => layers.globalAveragePooling2d({});
const pad = (top: number, bottom: number, left: number, right: number) =>
  layers.zeroPadding2d({
    padding: [
      [top, bottom],
      [left, right],
    ],
  });

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

describe("the end of the graph is logits", () => {
  const rows: [name: string, stack: () => Layer[], toOutput: (logits: tf.Tensor) => tf.Tensor][] = [
    ["a dense softmax", () => [pooled(), layers.dense({ units: 4, activation: "softmax" })], (x) => tf.softmax(x)],
    ["a dense sigmoid", () => [pooled(), layers.dense({ units: 1, activation: "sigmoid" })], tf.sigmoid],
    ["a Softmax layer", () => [pooled(), layers.dense({ units: 4 }), layers.softmax()], (x) => tf.softmax(x)],
    [
      "a softmax Activation layer",
      () => [conv(), pooled(), layers.activation({ activation: "softmax" })],
      (x) => tf.softmax(x),
    ],
    ["no activation", () => [pooled(), layers.dense({ units: 4 })], (x) => x],
  ];

  it.each(rows)("%s", (_name, stack, toOutput) => {
    const layered = chain(stack());
    const graph = compileOrFail(layered);
    expect(graph.artifacts.modelTopology.node.at(-1)?.name).toBe(graph.logitsName);
    expect(opsOf(graph)).not.toContain("Softmax");
    expectSameAnswers(layered, graph, toOutput);
  });
});

describe("whole networks", () => {
  it("compiles the one-convolution network to five nodes", () => {
    const layered = randomizeWeights(mnistCnn(SEED));
    const graph = compileOrFail(layered);
    expect(opsOf(graph)).toEqual(["Placeholder", "_FusedConv2D", "MaxPool", "Reshape", "_FusedMatMul"]);
    expect(graph.artifacts.weightSpecs).toHaveLength(5);
    expectSameAnswers(layered, graph, (logits) => tf.softmax(logits));
  });

  it("adds a shortcut and keeps what the shortcut reads", () => {
    const image = input({ shape: [8, 7, 3] });
    const trunk = apply(conv({ padding: "same" }), image);
    const normalized = apply(layers.batchNormalization(), trunk);
    const branch = apply(
      layers.batchNormalization(),
      apply(conv({ padding: "same" }), apply(layers.reLU(), normalized)),
    );
    const sum = apply(layers.add(), [trunk, branch, normalized]);
    const layered = randomizeWeights(model({ inputs: image, outputs: apply(layers.reLU(), sum) }));
    const graph = compileOrFail(layered);
    // The first convolution feeds two layers, so its normalization cannot be folded into it.
    expect(opsOf(graph)).toEqual([
      "Placeholder",
      "_FusedConv2D",
      "Mul",
      "AddV2",
      "Relu",
      "_FusedConv2D",
      "AddN",
      "Relu",
    ]);
    expectSameAnswers(layered, graph);
  });

  it("adds a tensor to itself", () => {
    const image = input({ shape: [4, 4, 2] });
    const x = apply(conv(), image);
    const layered = randomizeWeights(model({ inputs: image, outputs: apply(layers.add(), [x, x]) }));
    expectSameAnswers(layered, compileOrFail(layered));
  });

  it("compiles MobileNetV2's inverted residuals to one node a convolution", () => {
    const untrained = mobileNetV2({ width: 0.35, inputSize: 40, channels: 3, classes: 5, seed: SEED });
    expectSameAnswers(untrained, compileOrFail(untrained), (logits) => tf.softmax(logits));
    const layered = randomizeWeights(untrained);
    const graph = compileOrFail(layered);
    const count = (op: string) => opsOf(graph).filter((other) => other === op).length;
    expect(count("FusedDepthwiseConv2dNative")).toBe(17);
    expect(count("_FusedConv2D")).toBe(35);
    expect(count("AddV2")).toBe(10);
    expect(opsOf(graph)).toHaveLength(1 + 17 + 35 + 10 + 2);
    expectSameAnswers(layered, graph, (logits) => tf.softmax(logits));
  });

  it("has MobileNetV2's parameters: as many as Keras counts at width 1 for 1000 classes", () => {
    const network = mobileNetV2({ width: 1, inputSize: 224, channels: 3, classes: 1000, seed: SEED });
    expect(network.countParams()).toBe(3_538_984);
    network.dispose();
  });

  it("leaves no tensor behind", () => {
    const layered = mnistCnn(SEED);
    const before = tf.memory().numTensors;
    compileOrFail(layered);
    expect(tf.memory().numTensors).toBe(before);
  });
});
