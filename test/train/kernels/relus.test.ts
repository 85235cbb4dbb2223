import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { expectNoLeak } from "./compare-backends.ts";

const INPUT = [-1, -0, 0, 1e-6, 3, 5.9999995, 6, 6.0000005, 7];

beforeAll(useWasmBackend);

describe("relu and relu6 on WASM", () => {
  const layer = layers.activation({ activation: "relu6" });
  const run = (f: (x: tf.Tensor) => tf.Tensor) => tf.tidy(() => [...f(tf.tensor1d(INPUT)).dataSync()]);

  it("is clipped at both ends", () => {
    const expected = Float32Array.from([0, 0, 0, 1e-6, 3, 5.9999995, 6, 6, 6]);
    expect(run((x) => layer.apply(x) as tf.Tensor).map(Math.abs)).toEqual([...expected]);
  });

  it("lets the gradient through above 0 and up to 6", () => {
    expect(run(tf.grad((x) => tf.sum(layer.apply(x) as tf.Tensor)))).toEqual([0, 0, 0, 1, 1, 1, 1, 0, 0]);
  });

  it("a ReLU lets the gradient through above 0", () => {
    expect(run(tf.grad((x) => tf.sum(tf.relu(x))))).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1]);
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => run(tf.grad((x) => tf.sum(layer.apply(x) as tf.Tensor))));
  });
});
