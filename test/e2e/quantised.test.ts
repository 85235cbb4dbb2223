// Released digits, put in 8 bits by the product's own command and served by the built Worker: the bundle says what it is, and
// answers as the one that it was made of.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromJsonBytes } from "../../src/base/bytes.ts";
import { ok } from "../../src/base/result.ts";
import { createImageReader } from "../../src/image/read-image.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { predict } from "../../src/predict.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { keygen } from "../../train/commands/keys/keygen.ts";
import { quantise } from "../../train/commands/quantise.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import type { PackedBundle } from "../../train/pack/pack-bundle.ts";
import { mnistCnnRecipe } from "../../train/recipes/mnist-cnn.ts";
import { expectClose } from "../model/plan/steps/expect-close.ts";
import { DIGITS_FOLDER, MODELS_FOLDER } from "../registry/signed-bundle.ts";
import { dataset, drawnDigits } from "../train/commands/training/drawn-digits.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";

let folder: string;
let quantised: PackedBundle;
let worker: BuiltWorker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-quantised-"));
  const key = join(folder, "key.pem");
  const silent = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
  await keygen(key, silent);
  // Few enough to be looked at in seconds.
  const few = { ...dataset, train: drawnDigits(8), test: drawnDigits(1) };
  const options = { out: join(folder, "int8"), key, images: 8, error: 0.05, changed: 0.2, auc: 0.1 };
  const recipeOf = () => Promise.resolve({ ...mnistCnnRecipe, loadData: async () => ok(few) });
  const made = await quantise(
    join(MODELS_FOLDER, "mnist-cnn"),
    options,
    recipeOf,
    new AbortController().signal,
    silent,
  );
  if (!made.ok) throw new Error(made.error.detail);
  quantised = made.value;
  worker = await startBuiltWorker();
  await worker.publish(quantised);
});
afterAll(async () => {
  await worker.stop();
  await rm(folder, { recursive: true });
});

async function originalBundle(): Promise<PackedBundle> {
  const original = await readBundleFolder(join(MODELS_FOLDER, "mnist-cnn"));
  if (!original.ok) throw new Error(original.error.detail);
  return original.value;
}

const digits = Array.from({ length: 10 }, (_, digit) => readFile(join(DIGITS_FOLDER, `examples/${digit}.png`)));

/** In the labels' order. */
async function logitsInNode(bundle: PackedBundle): Promise<number[]> {
  const model = loadModel(bundle);
  if (!model.ok) throw new Error(model.error.detail);
  const readImage = createImageReader(await loadCodecModules());
  const predictions = await Promise.all(digits.map(async (digit) => predict(await digit, model.value, readImage)));
  return predictions.flatMap((predicted) => (predicted.ok ? predicted.value.scores.map(({ logit }) => logit) : []));
}

/** An answer has the likeliest label first. */
const toLogits = (labels: readonly { label: string; logit: number }[]): number[] =>
  labels.toSorted((a, b) => Number(a.label) - Number(b.label)).map(({ logit }) => logit);

test("its manifest says of which bundle it was made and what is in 8 bits, and its evaluation is its own", async () => {
  const { manifest, digest } = await originalBundle();
  const { version } = manifest;
  expect(quantised.manifest).toMatchObject({
    version: `${version}-int8`,
    quantisation: {
      original: { version, sha256: digest },
      layers: { sevenBits: 2, eightBits: 0, float32: 0 },
      chosenOn: { images: 8 },
    },
  });
  const evaluation = fromJsonBytes(quantised.files.get("evaluation.json") ?? new Uint8Array());
  expect(evaluation).toMatchObject({ dataset: { name: "drawn-digits", split: "test", images: 10 } });
});

test("the built Worker reads every digit with it, by the logits that Node gives, which are not the original's", async () => {
  const answers = await Promise.all(
    digits.map(async (digit) => {
      const request = { method: "POST", body: await digit };
      const response = await fetch(`${worker.url}/v1/models/mnist-cnn/classify`, request);
      expect(response.status).toBe(200);
      return response.json();
    }),
  );
  expect(new Set(answers.map(({ model }) => model.version))).toEqual(new Set([quantised.manifest.version]));
  expect(answers.map(({ decision }) => decision.label)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  const made = answers.flatMap(({ labels }) => toLogits(labels));
  const [inNode, original] = [await logitsInNode(quantised), await logitsInNode(await originalBundle())];
  expectClose(made, inNode);
  const differences = made.map((logit, i) => Math.abs(logit - original[i]));
  expect(Math.max(...differences)).toBeLessThan(0.5);
  // Numbers that went through 128 levels are not what they were.
  expect(differences.filter((difference) => difference > 1e-3).length).toBeGreaterThan(50);
});
