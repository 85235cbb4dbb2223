// A model whose manifest names its penultimate features gives them beside its logits, and must fit their statistics.

import { memory } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { toBase64, toUtf8 } from "../../src/base/bytes.ts";
import type { Bundle } from "../../src/bundle/signature/verify-bundle.ts";
import { createModel, goldenInput, loadModel } from "../../src/model/load-model.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";
import { randomizeWeights } from "../train/compile/random-weights.ts";
import { compileOrFail } from "../train/compile/run-both.ts";

beforeAll(() => useWasmBackend());

const ones = (length: number) => toBase64(new Uint8Array(new Float32Array(length).fill(1).buffer));

const dense = layers.dense({ units: 2, activation: "softmax" });

/** Four pixels, three features, two logits, and a gate that compares `compared` features. */
async function gatedBundle(compared: number): Promise<Bundle> {
  const flatten = layers.flatten({ inputShape: [2, 2, 1] });
  const network = sequential({ layers: [flatten, layers.dense({ units: 3, activation: "relu" }), dense] });
  const graph = compileOrFail(randomizeWeights(network));
  const { files: _, ...description } = exampleManifest;
  const statistics = { features: compared, whitening: ones((compared * (compared + 1)) / 2), means: ones(compared) };
  const files = new Map([...toGraphFiles(graph), ["ood.json", toUtf8(JSON.stringify(statistics))]]);
  const names = { file: "model.json", input: graph.inputName, logits: graph.logitsName };
  const outOfDistribution = { method: "mahalanobis", file: "ood.json", maximumDistance: 3 } as const;
  const draft = await withManifest(
    {
      ...description,
      graph: { ...names, features: graph.featuresName ?? "absent" },
      decision: { policy: "argmax", abstention: { outOfDistribution } },
    },
    files,
  );
  const model = createModel(draft);
  if (!model.ok) throw new Error(model.error.detail);
  const logits = [...model.value.run(goldenInput(1, description.input))[0].logits];
  model.value.dispose();
  return {
    ...draft,
    files: new Map([...files, ["golden.json", toUtf8(JSON.stringify({ vectors: [{ seed: 1, logits }] }))]]),
  };
}

test("gives the features that the logits are computed from, and leaves no tensor behind", async () => {
  const model = loadModel(await gatedBundle(3));
  if (!model.ok) throw new Error(model.error.detail);
  const image = Float32Array.of(0.1, 0.2, 0.3, 0.4);
  const before = memory().numTensors;
  const [both] = model.value.run(image);
  expect(memory().numTensors).toBe(before);
  const [kernel, bias] = dense.getWeights().map((weight) => weight.dataSync());
  const expected = [0, 1].map(
    (label) => bias[label] + [0, 1, 2].reduce((sum, i) => sum + (both.features?.[i] ?? 0) * kernel[2 * i + label], 0),
  );
  expect([...both.logits]).toEqual(expected.map((logit) => expect.closeTo(logit, 5)));
});

test("gives each image of a batch what it gives the image alone", async () => {
  const model = loadModel(await gatedBundle(3));
  if (!model.ok) throw new Error(model.error.detail);
  const images = [Float32Array.of(0.1, 0.2, 0.3, 0.4), Float32Array.of(1, 0, -1, 2), Float32Array.of(0, 0, 0, 0)];
  const batch = Float32Array.from(images.flatMap((image) => [...image]));
  expect(model.value.run(batch)).toEqual(images.flatMap((image) => model.value.run(image)));
});

test("is refused with statistics of another number of features", async () => {
  expect(loadModel(await gatedBundle(2))).toMatchObject({ ok: false, error: { reason: "statistics_invalid" } });
});

test("is refused without its statistics", async () => {
  const bundle = await gatedBundle(3);
  const files = new Map([...bundle.files].filter(([path]) => path !== "ood.json"));
  expect(loadModel({ ...bundle, files })).toMatchObject({ ok: false, error: { reason: "statistics_invalid" } });
});
