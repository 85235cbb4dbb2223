// A model whose manifest names a feature map gives it on request, and must compute its logits from it.

import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/model/load-model.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingBundle, averagingModel } from "./averaging-bundle.ts";

beforeAll(() => useWasmBackend());

const images = [Float32Array.from({ length: 12 }, (_, i) => i / 12), new Float32Array(12).fill(-1)];
const batch = Float32Array.from(images.flatMap((image) => [...image]));

test("gives the feature map of each image of a batch, and leaves no tensor behind", async () => {
  const model = await averagingModel();
  const before = memory().numTensors;
  const outputs = model.run(batch, { featureMap: true });
  expect(memory().numTensors).toBe(before);
  expect(outputs.map(({ featureMap }) => ({ ...featureMap, data: featureMap?.data.length }))).toEqual(
    images.map(() => ({ height: 3, width: 2, channels: 3, data: 18 })),
  );
  const alone = images.flatMap((image) => model.run(image, { featureMap: true }));
  expect(outputs).toEqual(alone);
  expect(outputs[0].featureMap).not.toEqual(outputs[1].featureMap);
});

test("gives the same logits with the map and without, and no map that was not asked for", async () => {
  const model = await averagingModel();
  const [withMap] = model.run(images[0], { featureMap: true });
  const [without] = model.run(images[0]);
  expect(without).toEqual({ logits: withMap.logits });
});

test("reads the weights of the head", async () => {
  const model = await averagingModel();
  expect(model.classActivation).toEqual({ kernel: expect.any(Float32Array), bias: expect.any(Float32Array) });
  expect(model.classActivation?.kernel).toHaveLength(6);
});

describe("is refused, and leaves no tensor behind,", () => {
  const truth = { featureMap: "conv2d_1", kernel: "logits/kernel", bias: "logits/bias" };

  test.each<[what: string, change: object, reason: string]>([
    ["with a kernel that the graph does not have", { kernel: "other/kernel" }, "class_activation_invalid"],
    ["with a bias that the graph does not have", { bias: "__proto__" }, "class_activation_invalid"],
    ["with weights of another layer", { kernel: "conv2d_1/kernel", bias: "conv2d_1/bias" }, "class_activation_invalid"],
    ["with a node that is not a map", { featureMap: "logits" }, "class_activation_invalid"],
    ["with a map that the logits are not made of", { featureMap: "input" }, "class_activation_invalid"],
    ["with a node that the graph does not have", { featureMap: "conv2d_7" }, "graph_invalid"],
  ])("%s", async (_what, change, reason) => {
    expect((await averagingBundle()).manifest.graph.classActivation).toEqual(truth);
    const bundle = await averagingBundle({ graph: { classActivation: { ...truth, ...change } } });
    const before = memory().numTensors;
    expect(loadModel(bundle)).toMatchObject({ ok: false, error: { reason } });
    expect(memory().numTensors).toBe(before);
  });
});
