// A model that is loaded while another one answers.

import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { goldenInput, loadModelWithPauses } from "../../src/model/load-model.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingBundle, averagingModel } from "./averaging-bundle.ts";

beforeAll(() => useWasmBackend());

test("another model answers in each pause, one before each run of the graph, and both say what they say alone", async () => {
  const serving = await averagingModel({ input: { width: 5 } });
  const image = goldenInput(7, serving.manifest.input);
  const alone = serving.run(image)[0].logits;
  const bundle = await averagingBundle();
  const between: Float32Array[] = [];
  const loaded = await loadModelWithPauses(bundle, async () => between.push(serving.run(image)[0].logits));
  if (!loaded.ok) throw new Error(loaded.error.detail);
  expect(between).toEqual([alone, alone]);
  expect(serving.run(image)[0].logits).toEqual(alone);
  const [golden] = JSON.parse(new TextDecoder().decode(bundle.files.get("golden.json"))).vectors;
  const [{ logits }] = loaded.value.run(goldenInput(golden.seed, bundle.manifest.input));
  expect([...logits]).toEqual(golden.logits);
  serving.dispose();
  loaded.value.dispose();
});

test("a model that fails after a pause is disposed of", async () => {
  const bundle = await averagingBundle();
  const golden = toUtf8(JSON.stringify({ vectors: [{ seed: 1, logits: [1e6, -1e6] }] }));
  const before = memory().numTensors;
  const loaded = await loadModelWithPauses(
    { ...bundle, files: new Map([...bundle.files, ["golden.json", golden]]) },
    () => Promise.resolve(),
  );
  expect(loaded).toMatchObject({ error: { reason: "golden_mismatch" } });
  expect(memory().numTensors).toBe(before);
});
