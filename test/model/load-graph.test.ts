// Which way a bundle's graph goes: planned for kernels, or TensorFlow.js' as a whole; both give the same.

import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { fromJsonBytes, toUtf8 } from "../../src/base/bytes.ts";
import type { Bundle } from "../../src/bundle/signature/verify-bundle.ts";
import { goldenInput, loadModel } from "../../src/model/load-model.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingBundle } from "./averaging-bundle.ts";
import { useCpuBackend } from "./plan/steps/use-cpu-backend.ts";
import { expectClose } from "./plan/steps/expect-close.ts";

beforeAll(() => useWasmBackend());
afterEach(() => tf.setBackend("wasm"));

function logitsOf(bundle: Bundle): { logits: Float32Array; tensors: number } {
  const before = tf.memory().numTensors;
  const model = loadModel(bundle);
  if (!model.ok) throw new Error(model.error.detail);
  const tensors = tf.memory().numTensors - before;
  const [{ logits }] = model.value.run(goldenInput(5, bundle.manifest.input));
  model.value.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return { logits, tensors };
}

/** The same weights as whole numbers of 16 bits, as TensorFlow's converter writes them with --quantize_uint16. */
function withShortWeights(bundle: Bundle): Bundle {
  type ModelJson = { weightsManifest: [{ paths: [string]; weights: Record<string, unknown>[] }] };
  const graph = fromJsonBytes(bundle.files.get("model.json") ?? new Uint8Array()) as ModelJson;
  const [{ paths, weights }] = graph.weightsManifest;
  const bytes = bundle.files.get(paths[0]) ?? new Uint8Array();
  let at = 0;
  const parts = weights.map((weight) => {
    const length = (weight["shape"] as number[]).reduce((product, size) => product * size, 1);
    const part = bytes.slice(at, (at += 4 * length));
    if (weight["dtype"] !== "float32") return part;
    const scale = 1 / 8192;
    weight["quantization"] = { dtype: "uint16", scale, min: -4 };
    const short = Uint16Array.from(new Float32Array(part.buffer), (value) => Math.round((value + 4) / scale));
    return new Uint8Array(short.buffer);
  });
  const files = new Map(bundle.files);
  files.set("model.json", toUtf8(JSON.stringify(graph)));
  files.set(paths[0], Uint8Array.from(parts.flatMap((part) => [...part])));
  return { ...bundle, files };
}

test("a graph with kernels for all of it makes no tensor", async () => {
  expect(logitsOf(await averagingBundle()).tensors).toBe(0);
});

test("a backend that has been given no kernels runs the graph itself", async () => {
  const bundle = await averagingBundle();
  const planned = logitsOf(bundle);
  await useCpuBackend();
  const whole = logitsOf(bundle);
  expect(whole.tensors).toBeGreaterThan(0);
  expectClose(whole.logits, planned.logits);
});

test("weights that only TensorFlow.js decodes leave the graph to it", async () => {
  const bundle = await averagingBundle();
  const short = withShortWeights(bundle);
  const whole = logitsOf(short);
  expect(whole.tensors).toBeGreaterThan(0);
  const difference = whole.logits.map((logit, i) => Math.abs(logit - logitsOf(bundle).logits[i]));
  expect(Math.max(...difference)).toBeLessThan(0.01);
});
