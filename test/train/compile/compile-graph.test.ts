// Compiled networks answer what the layers models answer, end in logits, and have as few nodes as they should.
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights, SEED } from "./random-weights.ts";
import { compileOrFail, expectSameAnswers, opsOf } from "./run-both.ts";
import { apply, chain, conv } from "./small-models.ts";

type Layer = layers.Layer;

const pooled = () => layers.globalAveragePooling2d({});

beforeAll(useWasmBackend);

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

describe(`whole networks, seed ${SEED}`, () => {
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

  it("joins channels, and weighs each by a pixel of its own", () => {
    const image = input({ shape: [8, 7, 3] });
    const joined = apply(layers.concatenate(), [image, apply(conv(), apply(layers.zeroPadding2d(), image)), image]);
    const squeezed = apply(layers.reshape({ targetShape: [1, 1, 14] }), apply(pooled(), joined));
    const gate = apply(conv({ filters: 14, kernelSize: 1, activation: "sigmoid" }), squeezed);
    const layered = randomizeWeights(model({ inputs: image, outputs: apply(layers.multiply(), [joined, gate]) }));
    const graph = compileOrFail(layered);
    expect(opsOf(graph)).toEqual(["Placeholder", "_FusedConv2D", "ConcatV2", "Mean", "Reshape", "_FusedConv2D", "Mul"]);
    expectSameAnswers(layered, graph);
  });

  it("compiles MobileNetV2's inverted residuals to one node a convolution", () => {
    const untrained = mobileNetV2({ width: 0.35, inputSize: 40, channels: 3, classes: 5, seed: SEED });
    expectSameAnswers(untrained, compileOrFail(untrained));
    const layered = randomizeWeights(untrained);
    const graph = compileOrFail(layered);
    const count = (op: string) => opsOf(graph).filter((other) => other === op).length;
    expect(count("FusedDepthwiseConv2dNative")).toBe(17);
    expect(count("_FusedConv2D")).toBe(35);
    expect(count("AddV2")).toBe(10);
    expect(opsOf(graph)).toHaveLength(1 + 17 + 35 + 10 + 2);
    expectSameAnswers(layered, graph);
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
