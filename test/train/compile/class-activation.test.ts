// Which networks a class activation map can be read from, and by which names.
import { layers } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { resNet } from "../../../train/architectures/resnet.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { SEED } from "./random-weights.ts";
import { compileOrFail, expectSameAnswers, opsOf } from "./run-both.ts";
import { chain, conv } from "./small-models.ts";

type Layer = layers.Layer;

const pooled = () => layers.globalAveragePooling2d({});
const dense = (config = {}) => layers.dense({ units: 4, ...config });
const weights = { kernel: "logits/kernel", bias: "logits/bias" };

beforeAll(useWasmBackend);

const heads: [what: string, stack: () => Layer[], featureMap: string][] = [
  ["an average and a dense layer", () => [conv(), pooled(), dense()], "conv2d_1"],
  ["a softmax after them", () => [conv(), pooled(), dense({ activation: "softmax" })], "conv2d_1"],
  ["one sigmoid after them", () => [conv(), pooled(), dense({ units: 1, activation: "sigmoid" })], "conv2d_1"],
  ["a dense layer without bias", () => [conv(), pooled(), dense({ useBias: false })], "conv2d_1"],
  ["dropout between them", () => [conv(), pooled(), layers.dropout({ rate: 0.5 }), dense()], "conv2d_1"],
  [
    "an activation before them",
    () => [conv(), layers.activation({ activation: "tanh" }), pooled(), dense()],
    "activation_2",
  ],
  [
    "an average pool over everything",
    () => [conv(), layers.averagePooling2d({ poolSize: [9, 7] }), layers.flatten(), dense()],
    "conv2d_1",
  ],
];

test.each(heads)("%s", (_what, stack, featureMap) => {
  expect(compileOrFail(chain(stack())).classActivation).toEqual({ featureMap, ...weights });
});

test.each<[what: string, stack: () => Layer[]]>([
  ["no average", () => [conv(), layers.flatten(), dense()]],
  ["an average over parts", () => [conv(), layers.averagePooling2d({ poolSize: [3, 7] }), layers.flatten(), dense()]],
  ["two dense layers", () => [conv(), pooled(), dense({ activation: "relu" }), dense()]],
  ["no dense layer", () => [conv(), pooled()]],
  ["a dense layer whose logits are bent", () => [conv(), pooled(), dense({ activation: "relu" })]],
  ["nothing but the input to average", () => [pooled(), dense()]],
])("none with %s", (_what, stack) => {
  expect(compileOrFail(chain(stack()))).not.toHaveProperty("classActivation");
});

test("the architectures with an average have one", () => {
  const size = { channels: 1, classes: 2, seed: SEED };
  expect(compileOrFail(resNet({ ...size, inputSize: 16, widths: [4, 8], blocksPerStage: 1 })).classActivation).toEqual({
    featureMap: expect.stringMatching(/^activation_\d+$/),
    ...weights,
  });
  expect(compileOrFail(mobileNetV2({ ...size, width: 0.35, inputSize: 32 })).classActivation).toEqual({
    featureMap: expect.stringMatching(/^conv2d_\d+$/),
    ...weights,
  });
  expect(compileOrFail(mnistCnn(SEED))).not.toHaveProperty("classActivation");
});

test("an average pool over everything is compiled to a mean, and gives what it gave", () => {
  const layered = chain([layers.averagePooling2d({ poolSize: [11, 9] }), layers.flatten(), dense()]);
  const graph = compileOrFail(layered);
  expect(opsOf(graph)).toEqual(["Placeholder", "Mean", "Reshape", "Reshape", "_FusedMatMul"]);
  expectSameAnswers(layered, graph);
});
