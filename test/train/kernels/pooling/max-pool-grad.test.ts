// The gradient of max pooling on WASM is held to the CPU backend's.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import type { Shape } from "../convolution/convolution-rows.ts";

type Row = [name: string, x: Shape, size: number, strides: number, pad: "same" | "valid"];

const rows: Row[] = [
  ["2x2", [2, 6, 6, 4], 2, 2, "valid"],
  ["2x2, tiles of fewer channels than a vector", [2, 6, 6, 3], 2, 2, "valid"],
  ["2x2, a last line of many channels", [2, 7, 6, 8], 2, 2, "valid"],
  ["2x2, a last line no window meets", [2, 7, 5, 3], 2, 2, "valid"],
  ["3x3, windows overlap, same", [2, 7, 8, 5], 3, 2, "same"],
  ["3x3 at every pixel", [1, 5, 6, 2], 3, 1, "same"],
  ["one window", [1, 3, 3, 7], 3, 3, "valid"],
  ["strides past the window", [1, 8, 8, 2], 2, 3, "valid"],
  ["one pixel", [1, 1, 1, 1], 1, 1, "valid"],
];

function gradient([, shape, size, strides, pad]: Row): Float32Array {
  return tf.tidy(() => {
    const x = random<tf.Rank.R4>(shape);
    const weights = random(tf.maxPool(x, size, strides, pad).shape, 1);
    const loss = (images: tf.Tensor) => tf.sum(tf.mul(tf.maxPool(images as tf.Tensor4D, size, strides, pad), weights));
    return tf.grad(loss)(x).dataSync() as Float32Array;
  });
}

beforeAll(useWasmBackend);

describe(`MaxPoolGrad on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [gradient(row)]);
  });

  it("gives the gradient of equal pixels to the first of them", () => {
    const values = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, "valid")))(tf.zeros([1, 2, 2, 1]))
        .dataSync(),
    );
    expect([...values]).toEqual([1, 0, 0, 0]);
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach(gradient));
  });
});
