// Runs where the data set lies beside the checkout; a fresh clone has the drawn digits and the golden vectors instead.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createModel } from "../../src/model/load-model.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { loadMnist } from "../../train/data/mnist.ts";
import { encodePng } from "../../train/evaluate/encode-png.ts";
import type { Evaluation } from "../../train/evaluate/evaluation.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker } from "./built-worker.ts";

const MNIST = join(import.meta.dirname, "../../../shared/data/mnist");
const CONNECTIONS = 8;

if (existsSync(MNIST)) {
  test("the 10,000 test digits, posted as PNG, give the accuracy of evaluation.json and Node's logits within 1e-4", async () => {
    const data = await loadMnist(MNIST, () => undefined);
    const bundle = await readBundleFolder(DIGITS_FOLDER);
    if (!data.ok || !bundle.ok) throw new Error("the data set or the bundle cannot be read");
    const digits = data.value.test;
    await useWasmBackend();
    const model = createModel(bundle.value);
    if (!model.ok) throw new Error(model.error.detail);
    const worker = await startBuiltWorker();

    let next = 0;
    let correct = 0;
    let largestDifference = 0;
    const post = async () => {
      while (next < digits.count) {
        const index = next++;
        const pixels = await digits.read(index);
        if (!pixels.ok) throw new Error(pixels.error.detail);
        const response = await fetch(`${worker.url}/v1/models/mnist/classify`, {
          method: "POST",
          body: encodePng(pixels.value),
        });
        const { labels, decision } = await response.json();
        if (decision.label === String(digits.labels[index])) correct++;
        const inNode = model.value.run(preprocess(pixels.value, bundle.value.manifest.input));
        for (const { label, logit } of labels)
          largestDifference = Math.max(largestDifference, Math.abs(logit - inNode[Number(label)]));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, post));
    await worker.stop();

    const evaluation = JSON.parse(await readFile(join(DIGITS_FOLDER, "evaluation.json"), "utf8")) as Evaluation;
    expect(correct / digits.count).toBe(evaluation.accuracy?.value);
    expect(largestDifference).toBeLessThan(1e-4);
  });
}
