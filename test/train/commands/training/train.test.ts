import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromJsonBytes } from "../../../../src/base/bytes.ts";
import { ok } from "../../../../src/base/result.ts";
import { parsePublicKeys } from "../../../../src/bundle/signature/public-key.ts";
import { createImageReader } from "../../../../src/image/read-image.ts";
import { loadModel } from "../../../../src/model/load-model.ts";
import { predict } from "../../../../src/predict.ts";
import { resNet } from "../../../../train/architectures/resnet.ts";
import { loadCodecModules } from "../../../../train/codec-modules.ts";
import { keygen } from "../../../../train/commands/keys/keygen.ts";
import { train } from "../../../../train/commands/training/train.ts";
import { encodePng } from "../../../../train/evaluate/images/encode-png.ts";
import { verifyBundleFolder } from "../../../../train/pack/bundle-folder.ts";
import { mnistCnnRecipe } from "../../../../train/recipes/mnist-cnn.ts";
import type { Recipe } from "../../../../train/recipes/recipe.ts";
import { dataset } from "./drawn-digits.ts";

const recipe: Recipe = {
  ...mnistCnnRecipe,
  loadData: async () => ok(dataset),
  fit: { ...mnistCnnRecipe.fit, epochs: 3 },
  seed: 7,
};

let folder: string;
let key: string;

/** A stream that keeps what is written to it, as a pipe would, and says so. */
function createOutput(onWrite: (text: string) => void = () => undefined) {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    onWrite(text);
  };
  return { written, stream: { write, isTTY: false } as unknown as NodeJS.WriteStream };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-train-"));
  key = join(folder, "key.pem");
  await keygen(key, createOutput().stream);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `stopAt` is the beginning of the line after which the run is stopped, as Ctrl-C would. */
async function run(
  name: string,
  options: { seed?: number; resume?: boolean; stopAt?: string; change?: Partial<Recipe> } = {},
) {
  const controller = new AbortController();
  const output = createOutput((text) => {
    if (options.stopAt !== undefined && text.startsWith(options.stopAt)) controller.abort();
  });
  const result = await train(
    { ...recipe, ...options.change, seed: options.seed ?? recipe.seed },
    {
      out: join(folder, name),
      key,
      resume: options.resume ?? false,
      checkpoints: join(folder, "checkpoints"),
      backend: "wasm",
      workers: 1,
    },
    controller.signal,
    output.stream,
  );
  return { result, written: output.written.join("") };
}

describe("training a small set", () => {
  test("loses loss, and leaves a bundle that verifies and predicts", async () => {
    const { result, written } = await run("first");
    if (!result.ok) throw new Error(result.error.detail);
    const losses = [...written.matchAll(/epoch \d\/3 \d+ images\/s, loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0] / 2);

    const keys = await parsePublicKeys(await readFile(`${key}.pub`, "utf8"));
    if (!keys.ok) throw new Error(keys.error.detail);
    const bundle = await verifyBundleFolder(join(folder, "first"), keys.value);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    expect((await readdir(join(folder, "first"))).toSorted()).toEqual([
      "README.md",
      "bundle.json",
      "evaluation.json",
      "golden.json",
      "model.json",
      "model.sig",
      "weights-1.bin",
    ]);
    expect(bundle.value.manifest.training).toMatchObject({
      recipe: "mnist-cnn",
      seed: 7,
      epochs: 3,
      dataset: { name: "drawn-digits" },
    });

    const model = loadModel(bundle.value);
    if (!model.ok) throw new Error(model.error.detail);
    const three = await dataset.test.read(3);
    if (!three.ok) throw new Error(three.error.detail);
    const prediction = await predict(encodePng(three.value), model.value, createImageReader(await loadCodecModules()));
    expect(prediction).toMatchObject({ value: { decision: { outcome: "label", label: "3" } } });
  });

  test("of grades in their order measures how far off the answers are", async () => {
    const grades: Partial<Recipe> = {
      loadData: async () => ok({ ...dataset, ordinal: true }),
      fit: { ...recipe.fit, epochs: 1 },
    };
    const { result } = await run("grades", { change: grades });
    if (!result.ok) throw new Error(result.error.detail);
    const evaluation = fromJsonBytes(result.value.files.get("evaluation.json") ?? new Uint8Array());
    expect(evaluation).toMatchObject({ overall: { quadraticKappa: { value: expect.any(Number) } } });
  });

  test("names the feature map of a network that averages, and the model loads with it", async () => {
    const size = { inputSize: 28, channels: 1, classes: 10, widths: [4, 8], blocksPerStage: 1 };
    const network: Recipe["network"] = { kind: "scratch", build: (seed) => resNet({ ...size, seed }) };
    const { result } = await run("averaging", { change: { network, fit: { ...recipe.fit, epochs: 1 } } });
    if (!result.ok) throw new Error(result.error.detail);
    const model = loadModel(result.value);
    if (!model.ok) throw new Error(model.error.detail);
    const [{ featureMap }] = model.value.run(new Float32Array(784), { featureMap: true });
    expect(featureMap).toMatchObject({ height: 14, width: 14, channels: 8 });
  });

  test("twice with one seed gives one digest, with another seed another", async () => {
    const digests: string[] = [];
    for (const seed of [7, 7, 8]) {
      const { result } = await run(`seed-${digests.length}`, { seed });
      if (result.ok) digests.push(result.value.digest);
    }
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test.for(["epoch 1/3 2", "epoch 2/3 5", "epoch 3/3 2"])(
    "stopped at %s and resumed, gives the digest of an unbroken run",
    async (stopAt) => {
      const unbroken = await run("unbroken");
      const stopped = await run("resumed", { stopAt });
      expect(stopped.result).toMatchObject({
        error: { reason: "interrupted", detail: expect.stringContaining("--resume") },
      });
      const resumed = await run("resumed", { resume: true });
      if (!unbroken.result.ok || !resumed.result.ok) throw new Error("a run failed");
      expect(resumed.written).toContain("resumed at epoch");
      expect(resumed.result.value.digest).toBe(unbroken.result.value.digest);
    },
  );

  test("cannot be resumed without a checkpoint, or from another seed's", async () => {
    expect((await run("nothing", { resume: true, seed: 99 })).result).toMatchObject({
      error: { reason: "checkpoint_missing" },
    });
  });
});
