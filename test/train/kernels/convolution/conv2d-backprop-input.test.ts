// The input gradient on WASM is held to the CPU backend's, which is an independent implementation.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import { rows, type Row } from "./convolution-rows.ts";

/** The gradient, in x, of sum(conv(x, filter) * weights): the weights are there so that dy is not constant. */
function inputGradient([, xShape, filterShape, strides, pad]: Row): Float32Array {
  return tf.tidy(() => {
    const x = random<tf.Rank.R4>(xShape);
    const filter = random<tf.Rank.R4>(filterShape, 1);
    const weights = random(tf.conv2d(x, filter, strides, pad).shape, 2);
    const loss = (images: tf.Tensor) => tf.sum(tf.mul(tf.conv2d(images as tf.Tensor4D, filter, strides, pad), weights));
    return tf.grad(loss)(x).dataSync() as Float32Array;
  });
}

beforeAll(useWasmBackend);

describe(`Conv2DBackpropInput on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [inputGradient(row)]);
  });

  it("gives zero to pixels that no tap meets", () => {
    const row: Row = ["", [1, 3, 3, 1], [1, 1, 1, 1], [2, 2], "valid"];
    const isZero = [...inputGradient(row)].map((value) => value === 0);
    expect(isZero).toEqual([false, true, false, true, true, true, false, true, false]);
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.slice(0, -2).forEach(inputGradient));
  });
});
