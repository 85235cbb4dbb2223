// A model whose manifest names a feature map gives it on request, and must compute its logits from it.

import { memory } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import type { Bundle } from "../../src/bundle/verify-bundle.ts";
import { createModel, goldenInput, loadModel } from "../../src/model/load-model.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";
import { randomizeWeights } from "../train/compile/random-weights.ts";
import { compileOrFail } from "../train/compile/run-both.ts";

beforeAll(() => useWasmBackend());

const convolution = layers.conv2d({ inputShape: [4, 3, 1], filters: 3, kernelSize: 2, activation: "relu" });

/** Images of 4 x 3 pixels, a feature map of 3 x 2 with three channels, two logits. */
async function averagingBundle(change: Partial<Bundle["manifest"]["graph"]["classActivation"]> = {}): Promise<Bundle> {
  const head = [layers.globalAveragePooling2d({}), layers.dense({ units: 2 })];
  const graph = compileOrFail(randomizeWeights(sequential({ layers: [convolution, ...head] })));
  if (!graph.classActivation) throw new Error("the compiler found no feature map");
  const { files: _, ...description } = exampleManifest;
  const files = toGraphFiles(graph);
  const names = { file: "model.json", input: graph.inputName, logits: graph.logitsName };
  const manifest = {
    ...description,
    input: { ...description.input, height: 4, width: 3 },
    graph: { ...names, classActivation: { ...graph.classActivation } },
  };
  const model = createModel(await withManifest(manifest, files));
  if (!model.ok) throw new Error(model.error.detail);
  const logits = [...model.value.run(goldenInput(1, manifest.input))[0].logits];
  model.value.dispose();
  const golden = toUtf8(JSON.stringify({ vectors: [{ seed: 1, logits }] }));
  const changed = { ...manifest, graph: { ...names, classActivation: { ...graph.classActivation, ...change } } };
  return withManifest(changed, new Map([...files, ["golden.json", golden]]));
}

async function loadOrFail(bundle: Promise<Bundle>) {
  const model = loadModel(await bundle);
  if (!model.ok) throw new Error(model.error.detail);
  return model.value;
}

const images = [Float32Array.from({ length: 12 }, (_, i) => i / 12), new Float32Array(12).fill(-1)];
const batch = Float32Array.from(images.flatMap((image) => [...image]));

test("gives the feature map of each image of a batch, and leaves no tensor behind", async () => {
  const model = await loadOrFail(averagingBundle());
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
  const model = await loadOrFail(averagingBundle());
  const [withMap] = model.run(images[0], { featureMap: true });
  const [without] = model.run(images[0]);
  expect(without).toEqual({ logits: withMap.logits });
});

test("reads the weights of the head", async () => {
  const model = await loadOrFail(averagingBundle());
  expect(model.classActivation).toEqual({ kernel: expect.any(Float32Array), bias: expect.any(Float32Array) });
  expect(model.classActivation?.kernel).toHaveLength(6);
});

describe("is refused, and leaves no tensor behind,", () => {
  test.each<[what: string, change: object, reason: string]>([
    ["with a kernel that the graph does not have", { kernel: "other/kernel" }, "class_activation_invalid"],
    ["with a bias that the graph does not have", { bias: "__proto__" }, "class_activation_invalid"],
    ["with weights of another layer", { kernel: "conv2d_1/kernel", bias: "conv2d_1/bias" }, "class_activation_invalid"],
    ["with a node that is not a map", { featureMap: "logits" }, "class_activation_invalid"],
    ["with a map that the logits are not made of", { featureMap: "input" }, "class_activation_invalid"],
    ["with a node that the graph does not have", { featureMap: "conv2d_7" }, "graph_invalid"],
  ])("%s", async (_what, change, reason) => {
    const bundle = await averagingBundle(change);
    const before = memory().numTensors;
    expect(loadModel(bundle)).toMatchObject({ ok: false, error: { reason } });
    expect(memory().numTensors).toBe(before);
  });
});
