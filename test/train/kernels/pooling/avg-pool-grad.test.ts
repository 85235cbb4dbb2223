// The gradient of average pooling on WASM is held to the CPU backend's where windows stay inside the images.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import type { Shape } from "../convolution/convolution-rows.ts";

type Row = [name: string, x: Shape, size: number, strides: number];

const rows: Row[] = [
  ["2x2", [2, 6, 6, 4], 2, 2],
  ["a last line no window meets", [2, 7, 5, 3], 2, 2],
  ["windows overlap", [1, 7, 8, 9], 3, 1],
  ["one window", [3, 4, 4, 7], 4, 4],
];

function gradient([, shape, size, strides]: Row): Float32Array {
  return tf.tidy(() => {
    const x = random<tf.Rank.R4>(shape);
    const weights = random(tf.avgPool(x, size, strides, "valid").shape, 1);
    const pool = (images: tf.Tensor) => tf.avgPool(images as tf.Tensor4D, size, strides, "valid");
    return tf
      .grad((images) => tf.sum(tf.mul(pool(images), weights)))(x)
      .dataSync() as Float32Array;
  });
}

beforeAll(useWasmBackend);

describe(`AvgPoolGrad on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [gradient(row)]);
  });

  it("divides by the pixels that a window has in the image, as the average does", () => {
    const values = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.avgPool(x as tf.Tensor4D, 2, 2, "same")))(tf.ones([1, 3, 1, 1]))
        .dataSync(),
    );
    expect([...values]).toEqual([0.5, 0.5, 1]);
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach(gradient));
  });
});
