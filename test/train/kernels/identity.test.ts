import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { expectNoLeak } from "./compare-backends.ts";

beforeAll(useWasmBackend);

it("a clone outlives what it was made of", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const clone = tf.clone(x);
  x.dispose();
  const others = Array.from({ length: 10 }, () => tf.tensor1d([7, 7, 7]));
  expect([...clone.dataSync()]).toEqual([1, 2, 3]);
  tf.dispose([clone, ...others]);
});

it("clones leave no tensor and no WASM memory behind", () => {
  expectNoLeak(() => tf.tidy(() => void tf.clone(tf.clone(tf.ones([1000])))));
});
