// Whole networks by our kernels against TensorFlow.js' own, on the same weights and images.

import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { resNet } from "../../../train/architectures/resnet.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights } from "../../train/compile/random-weights.ts";
import { compileOrFail } from "../../train/compile/run-both.ts";
import { planGraph, runPlanned, runWhole, type ExampleGraph } from "./example-graph.ts";
import { numbersFrom } from "./steps/arbitrary-numbers.ts";
import { expectClose } from "./steps/expect-close.ts";

beforeAll(() => useWasmBackend());

function toGraph(model: LayersModel): ExampleGraph {
  const { artifacts, inputName, logitsName, featuresName, classActivation } = compileOrFail(randomizeWeights(model));
  const [, height, width, channels] = model.inputs[0].shape.map(Number);
  const outputs = [logitsName, featuresName, classActivation?.featureMap].filter((name) => name !== undefined);
  return { ...artifacts, input: { name: inputName, height, width, channels }, outputs };
}

const oddChannels = () =>
  sequential({
    layers: [
      layers.conv2d({ inputShape: [9, 11, 3], filters: 5, kernelSize: 3, padding: "same", activation: "elu" }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.conv2d({ filters: 13, kernelSize: 2, strides: 2, activation: "sigmoid" }),
      layers.averagePooling2d({ poolSize: 2, strides: 1, padding: "same" }),
      layers.flatten(),
      layers.dense({ units: 7, activation: "tanh" }),
      layers.dense({ units: 3 }),
    ],
  });

const networks: Record<string, () => LayersModel> = {
  "the one-convolution network": () => mnistCnn(1),
  "MobileNetV2 0.35 at 32 grey pixels": () =>
    mobileNetV2({ width: 0.35, inputSize: 32, channels: 1, classes: 4, seed: 1 }),
  "MobileNetV2 that ends at 7 pixels": () =>
    mobileNetV2({ width: 0.25, inputSize: 28, channels: 3, classes: 9, outputStride: 4, seed: 1 }),
  "MobileNetV2 1.0 at 90 pixels, some of it in strips": () =>
    mobileNetV2({ width: 1, inputSize: 90, channels: 3, classes: 3, seed: 1 }),
  "a residual network": () =>
    resNet({ inputSize: 28, channels: 3, classes: 10, widths: [16, 20], blocksPerStage: 2, seed: 1 }),
  "a residual network with a pool": () =>
    resNet({ inputSize: 30, channels: 1, classes: 2, widths: [8, 12], blocksPerStage: 1, stemStride: 4, seed: 1 }),
  "a network of odd numbers of channels": oddChannels,
};

test.for(Object.entries(networks))("%s gives what it gives without our kernels, for three images", ([, create]) => {
  const model = create();
  const graph = toGraph(model);
  model.dispose();
  const before = tf.memory().numTensors;
  const { height, width, channels } = graph.input;
  const images = numbersFrom(7).ordinary(3 * height * width * channels);
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  expect(plan.stockOperations).toBe(0);
  const made = runPlanned(plan, images, graph);
  expect(runPlanned(plan, images, graph)).toEqual(made);
  plan.dispose();
  const expected = runWhole(graph, images);
  for (const [i, values] of made.entries())
    expectClose(
      values,
      expected[i],
      expected[i].reduce((largest, number) => Math.max(largest, Math.abs(number)), 0),
    );
  expect(tf.memory().numTensors).toBe(before);
});
