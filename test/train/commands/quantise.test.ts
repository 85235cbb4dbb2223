// A trained bundle becomes one of 8 bits that verifies, answers alike, and says what it is.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromJsonBytes } from "../../../src/base/bytes.ts";
import { ok } from "../../../src/base/result.ts";
import { parsePublicKeys } from "../../../src/bundle/signature/public-key.ts";
import { loadModel } from "../../../src/model/load-model.ts";
import { preprocess } from "../../../src/preprocess/preprocess.ts";
import { resNet } from "../../../train/architectures/resnet.ts";
import { keygen } from "../../../train/commands/keys/keygen.ts";
import { quantise } from "../../../train/commands/quantise.ts";
import { train } from "../../../train/commands/training/train.ts";
import { readBundleFolder, verifyBundleFolder } from "../../../train/pack/bundle-folder.ts";
import type { PackedBundle } from "../../../train/pack/pack-bundle.ts";
import { mnistCnnRecipe } from "../../../train/recipes/mnist-cnn.ts";
import type { Recipe } from "../../../train/recipes/recipe.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { useCpuBackend } from "../../model/plan/steps/use-cpu-backend.ts";
import { dataset, drawnDigits } from "./training/drawn-digits.ts";

// Few enough to be looked at in a second, each with its damages.
const few = { ...dataset, train: drawnDigits(12), test: drawnDigits(1) };

const recipe: Recipe = {
  ...mnistCnnRecipe,
  loadData: async () => ok(few),
  network: {
    kind: "scratch",
    build: (seed) =>
      resNet({ inputSize: 28, channels: 1, classes: 10, widths: [8, 8], blocksPerStage: 1, stemStride: 4, seed }),
  },
  fit: { ...mnistCnnRecipe.fit, epochs: 2 },
  seed: 7,
};

const silent = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
const never = new AbortController().signal;
const recipeOf = (name: string) => (name === "mnist-cnn" ? Promise.resolve(recipe) : undefined);

let folder: string;
let original: PackedBundle;
let quantised: PackedBundle;

const options = (out: string) => ({
  out: join(folder, out),
  key: join(folder, "key.pem"),
  images: 8,
  error: 0.03,
  changed: 0.2,
  auc: 0.1,
});

async function bundleOf(made: Promise<{ ok: true; value: PackedBundle } | { ok: false; error: { detail: string } }>) {
  const result = await made;
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-quantise-"));
  const key = join(folder, "key.pem");
  await keygen(key, silent);
  const checkpoints = join(folder, "checkpoints");
  const out = join(folder, "float32");
  original = await bundleOf(
    train(recipe, { out, key, resume: false, checkpoints, backend: "wasm", workers: 1 }, never, silent),
  );
  quantised = await bundleOf(quantise(out, options("int8"), recipeOf, never, silent));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the bundle verifies, has a version of its own, and names the one that it was made of", async () => {
  const keys = await parsePublicKeys(await readFile(join(folder, "key.pem.pub"), "utf8"));
  if (!keys.ok) throw new Error(keys.error.detail);
  const bundle = await verifyBundleFolder(join(folder, "int8"), keys.value);
  expect(bundle).toMatchObject({
    value: {
      manifest: {
        version: `${recipe.release.version}-int8`,
        quantisation: {
          file: "quantisation.json",
          original: { version: recipe.release.version, sha256: original.digest },
          layers: { sevenBits: expect.any(Number), eightBits: 0, float32: 0 },
          chosenOn: {
            images: 8,
            validationImages: 8,
            logitError: expect.any(Number),
            answersChanged: 0,
            mcnemarP: 1,
            aucShift: expect.any(Number),
          },
        },
        calibration: original.manifest.calibration,
        training: original.manifest.training,
      },
    },
  });
  expect(new TextDecoder().decode(quantised.files.get("README.md"))).toContain("8 bits in the layers");
});

test("its weights take little more than a quarter", () => {
  const sizeOf = ({ files }: PackedBundle) => files.get("weights-1.bin")?.length ?? 0;
  expect(sizeOf(quantised) / sizeOf(original)).toBeGreaterThan(0.25);
  expect(sizeOf(quantised) / sizeOf(original)).toBeLessThan(0.35);
});

test("it says of every test image what the other says, computed in 8 bits", async () => {
  const models = [original, quantised].map((bundle) => loadModel(bundle));
  const [before, after] = models.map((model) => {
    if (!model.ok) throw new Error(model.error.detail);
    return model.value;
  });
  expect([before.usesLevels, after.usesLevels]).toEqual([undefined, true]);
  const best = (logits: Float32Array) => logits.indexOf(Math.max(...logits));
  const answers = { before: [] as number[], after: [] as number[] };
  for (let i = 0; i < few.test.count; i++) {
    const pixels = await few.test.read(i);
    if (!pixels.ok) throw new Error(pixels.error.detail);
    const image = preprocess(pixels.value, recipe.input);
    answers.before.push(best(before.run(image)[0].logits));
    answers.after.push(best(after.run(image)[0].logits));
  }
  expect(answers.after).toEqual(answers.before);
});

test("an engine without kernels for levels loads it too, and runs it in float32", async () => {
  await useCpuBackend();
  const model = loadModel(quantised);
  await useWasmBackend();
  if (tf.getBackend() !== "wasm") await tf.setBackend("wasm");
  expect(model).toMatchObject({ ok: true });
  expect(model.ok && model.value.usesLevels).toBe(undefined);
  const golden = fromJsonBytes(quantised.files.get("golden.json") ?? new Uint8Array()) as {
    vectors: { logits: number[]; logitsInFloat32: number[] }[];
  };
  expect(golden.vectors).toHaveLength(4);
  for (const { logits, logitsInFloat32 } of golden.vectors) expect(logits).not.toEqual(logitsInFloat32);
});

test("a wrong level is noticed when the bundle is loaded", () => {
  const text = new TextDecoder().decode(quantised.files.get("quantisation.json"));
  const { layers, values } = JSON.parse(text) as { layers: string[]; values: { scale: number }[] };
  const wrong = { layers, values: values.map((value) => ({ ...value, scale: value.scale / 8 })) };
  const withFile = (content: unknown) => {
    const files = new Map([
      ...quantised.files,
      ["quantisation.json", new TextEncoder().encode(JSON.stringify(content))],
    ]);
    return loadModel({ ...quantised, files });
  };
  expect(withFile(wrong)).toMatchObject({ error: { reason: "golden_mismatch" } });
  expect(withFile({ layers, values: [] })).toMatchObject({ error: { reason: "graph_invalid" } });
});

test("what loses more than it may is not written", async () => {
  const strict = { ...options("strict"), error: 1e-9 };
  const refused = await quantise(join(folder, "float32"), strict, recipeOf, never, silent);
  expect(refused).toMatchObject({ error: { reason: "accuracy_lost", detail: expect.stringContaining("--error") } });
  expect(await readBundleFolder(join(folder, "strict"))).toMatchObject({ error: { reason: "file_missing" } });
});

test("what is in 8 bits already, or has no recipe, is refused by name", async () => {
  const again = await quantise(join(folder, "int8"), options("again"), recipeOf, never, silent);
  expect(again).toMatchObject({ error: { reason: "quantised_already" } });
  const unknown = await quantise(join(folder, "float32"), options("unknown"), () => undefined, never, silent);
  expect(unknown).toMatchObject({ error: { reason: "recipe_unknown" } });
  expect(await readBundleFolder(join(folder, "again"))).toMatchObject({ error: { reason: "file_missing" } });
});
