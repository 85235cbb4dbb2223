// The 10,000 test digits where the data set lies beside the checkout; a fresh clone has the drawn digits instead.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { concatBytes } from "../../src/base/bytes.ts";
import { createModel } from "../../src/model/load-model.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import type { Split } from "../../train/data/dataset.ts";
import { toSplit } from "../../train/data/images-in-memory.ts";
import { loadMnist } from "../../train/data/sets/mnist.ts";
import { encodePng } from "../../train/evaluate/images/encode-png.ts";
import type { Evaluation } from "../../train/evaluate/evaluation.ts";
import { drawDigit } from "../../train/examples/draw-digits.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker } from "./built-worker.ts";

const MNIST = join(import.meta.dirname, "../../../shared/data/mnist");
const CONNECTIONS = 8;

/** The images to post, and the share of them that must come back right. */
async function digitsAtHand(): Promise<{ digits: Split; accuracy: number | undefined }> {
  if (!existsSync(MNIST)) {
    const samples = concatBytes(Array.from({ length: 10 }, (_, digit) => drawDigit(digit, 28)));
    const labels = Uint8Array.from({ length: 10 }, (_, digit) => digit);
    return { digits: toSplit({ count: 10, height: 28, width: 28, channels: 1, samples, labels }), accuracy: 1 };
  }
  const data = await loadMnist(MNIST, () => undefined);
  if (!data.ok) throw new Error(data.error.detail);
  const evaluation = JSON.parse(await readFile(join(DIGITS_FOLDER, "evaluation.json"), "utf8")) as Evaluation;
  return { digits: data.value.test, accuracy: evaluation.accuracy?.value };
}

test("the test digits, posted as PNG, give the accuracy of evaluation.json and Node's logits within 1e-4", async () => {
  const { digits, accuracy } = await digitsAtHand();
  const bundle = await readBundleFolder(DIGITS_FOLDER);
  if (!bundle.ok) throw new Error(bundle.error.detail);
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
      const body = encodePng(pixels.value);
      const response = await fetch(`${worker.url}/v1/models/mnist/classify`, { method: "POST", body });
      const { labels } = await response.json();
      // Abstaining does not change which label is the most probable, and accuracy is of that.
      if (labels[0].label === String(digits.labels[index])) correct++;
      const inNode = model.value.run(preprocess(pixels.value, bundle.value.manifest.input))[0].logits;
      for (const { label, logit } of labels) {
        largestDifference = Math.max(largestDifference, Math.abs(logit - inNode[Number(label)]));
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, post));
  await worker.stop();

  expect(correct / digits.count).toBe(accuracy);
  expect(largestDifference).toBeLessThan(1e-4);
});
