// A head on an exported graph, trained on a small set: one graph comes out, verified, with the old weights in it.

import * as tf from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ok } from "../../../../src/base/result.ts";
import { parsePublicKeys } from "../../../../src/bundle/signature/public-key.ts";
import { loadModel } from "../../../../src/model/load-model.ts";
import { preprocess } from "../../../../src/preprocess/preprocess.ts";
import { resNet } from "../../../../train/architectures/resnet.ts";
import { toGraphFiles } from "../../../../train/compile/graph-files.ts";
import { keygen } from "../../../../train/commands/keys/keygen.ts";
import { train, type TrainOptions } from "../../../../train/commands/training/train.ts";
import type { Dataset } from "../../../../train/data/dataset.ts";
import { toSplit } from "../../../../train/data/images-in-memory.ts";
import { drawDigit } from "../../../../train/examples/draw-digits.ts";
import { verifyBundleFolder } from "../../../../train/pack/bundle-folder.ts";
import { mnistCnnRecipe } from "../../../../train/recipes/mnist-cnn.ts";
import type { Recipe } from "../../../../train/recipes/recipe.ts";
import { readBackbone } from "../../../../train/transfer/read-backbone.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { randomizeWeights } from "../../compile/random-weights.ts";
import { compileOrFail } from "../../compile/run-both.ts";
import { createScratchFolder } from "../../data/files/scratch-folder.ts";
import { writeFiles } from "../../transfer/written-graph.ts";

const scratch = await createScratchFolder();
const folder = join(scratch.path, "backbone");
const SIZE = { height: 28, width: 28 };
const key = join(scratch.path, "key.pem");

/** Drawn digits, each copy shifted by a pixel or two. */
function drawnDigits(copies: number) {
  const count = 10 * copies;
  const samples = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) {
    const digit = drawDigit(i % 10, 28);
    const shift = ((i * 7) % 5) - 2 + 28 * (((i * 3) % 5) - 2);
    for (let at = 0; at < 784; at++) samples[i * 784 + at] = digit[at - shift] ?? 0;
  }
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return toSplit({ count, height: 28, width: 28, channels: 1, samples, labels });
}

const dataset: Dataset = {
  name: "drawn-digits",
  sha256: "0".repeat(64),
  licence: "Apache-2.0",
  citation: "drawn by the project",
  task: "multiclass",
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  train: drawnDigits(12),
  test: drawnDigits(1),
};

const recipe: Recipe = {
  ...mnistCnnRecipe,
  loadData: async () => ok(dataset),
  fit: {
    ...mnistCnnRecipe.fit,
    epochs: 3,
    schedule: { kind: "constant", learningRate: 0.01 },
    augmentation: { shift: 0.1 },
  },
};

async function run(name: string, backbone: TrainOptions["backbone"], { resume = false, stopAt = "never" } = {}) {
  const written: string[] = [];
  const controller = new AbortController();
  const write = (text: string) => {
    written.push(text);
    if (text.startsWith(stopAt)) controller.abort();
  };
  const output = { write, isTTY: false } as unknown as NodeJS.WriteStream;
  const result = await train(
    recipe,
    {
      out: join(scratch.path, name),
      key,
      resume,
      checkpoints: join(scratch.path, "checkpoints"),
      backend: "wasm",
      workers: 1,
      ...(backbone && { backbone }),
    },
    controller.signal,
    output,
  );
  return { result, written: written.join("") };
}

async function verified(name: string) {
  const keys = await parsePublicKeys(await readFile(`${key}.pub`, "utf8"));
  if (!keys.ok) throw new Error(keys.error.detail);
  const bundle = await verifyBundleFolder(join(scratch.path, name), keys.value);
  if (!bundle.ok) throw new Error(bundle.error.detail);
  return bundle.value;
}

/** Layers whose kernels are not those of the backbone. */
async function namesOfChanged(name: string): Promise<string[]> {
  const [before, after] = [await weightsOf(folder), await weightsOf(join(scratch.path, name))];
  expect([...after.keys()]).toEqual([...before.keys()]);
  return [...after].flatMap(([layer, values]) => (String(values) === String(before.get(layer)) ? [] : [layer]));
}

/** Values of the weights of a graph in a folder, by the names of the layers that have them. */
async function weightsOf(path: string): Promise<Map<string, Float32Array>> {
  const read = await readBackbone(path, SIZE, {});
  if (!read.ok) throw new Error(read.error.detail);
  const { layers } = read.value.model;
  return new Map(
    layers.flatMap((layer) => {
      const [kernel] = layer.getWeights();
      return kernel ? [[layer.name, kernel.dataSync<"float32">().slice()]] : [];
    }),
  );
}

beforeAll(async () => {
  await useWasmBackend();
  await keygen(key, { write: () => true } as unknown as NodeJS.WriteStream);
  const layered = randomizeWeights(
    resNet({ inputSize: 28, channels: 1, classes: 3, widths: [4, 8], blocksPerStage: 1, stemStride: 2, seed: 1 }),
  );
  await writeFiles(folder, toGraphFiles(compileOrFail(layered)));
});

test("cut at its input, all of the backbone learns, from augmented images", async () => {
  const { result, written } = await run("whole", { folder, cut: "input" });
  if (!result.ok) throw new Error(result.error.detail);
  expect(written).toContain("backbone trained whole, head on globalAverage_11\n");
  expect(written).not.toContain("augmentation is left out");
  const kernels = (await weightsOf(folder)).size;
  expect(await namesOfChanged("whole")).toHaveLength(kernels);
});

test("a head and what follows the cut learn; one graph is exported, verifies and says what it stands on", async () => {
  const { result, written } = await run("partly", { folder, cut: "activation_5" });
  if (!result.ok) throw new Error(result.error.detail);
  expect(written).toContain("backbone frozen up to activation_5, head on globalAverage_11\n");
  expect(written).toContain("the recipe's augmentation is left out\n");
  const losses = [...written.matchAll(/epoch \d\/3 \d+ images\/s, loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  expect(losses[2]).toBeLessThan(losses[0]);
  expect(await namesOfChanged("partly")).toEqual(["conv2d_7/linear", "conv2d_6", "conv2d_8", "logits"]);

  const bundle = await verified("partly");
  const read = await readBackbone(folder, SIZE, {});
  const sha256 = read.ok ? read.value.sha256 : "";
  const backbone = { sha256, features: "globalAverage_11", cut: "activation_5" };
  expect(bundle.manifest.training.backbone).toEqual(backbone);
  const card = new TextDecoder().decode(bundle.files.get("README.md"));
  expect(card).toContain(`\`${sha256}\``);
  expect(card).toContain("trained after `activation_5`, with a new head on `globalAverage_11`");

  const model = loadModel(bundle);
  const layered = await readBackbone(join(scratch.path, "partly"), SIZE, {});
  const seven = await dataset.test.read(7);
  if (!model.ok || !seven.ok || !layered.ok) throw new Error("the bundle cannot be read");
  const input = preprocess(seven.value, bundle.manifest.input);
  const logits = tf.tidy(() =>
    (layered.value.model.predict(tf.tensor4d(input, [1, 28, 28, 1])) as tf.Tensor).dataSync<"float32">(),
  );
  const [served] = model.value.run(input);
  // Other kernels add in another order.
  for (const [i, logit] of logits.entries()) expect(served.logits[i]).toBeCloseTo(logit, 5);
});

test("a run is not resumed on other parts of its backbone", async () => {
  const first = await run("resumed", { folder, cut: "activation_5" }, { stopAt: "epoch 1/3" });
  expect(first.result).toMatchObject({ error: { reason: "interrupted" } });
  const other = await run("resumed", { folder }, { resume: true });
  expect(other.result).toMatchObject({ error: { reason: "checkpoint_of_another_run" } });
});

test("what cannot be a backbone is said before any data is read", async () => {
  const { result, written } = await run("none", { folder, cut: "fc" });
  expect(result).toMatchObject({
    ok: false,
    error: { reason: "backbone_unfit", detail: expect.stringContaining("no layer called fc. It has: input, conv2d_1") },
  });
  expect(written).toBe("");
});
