// Both gradients of a depthwise convolution on WASM are held to the CPU backend's.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import { rows, type Row } from "../convolution/convolution-rows.ts";

/** The gradients, in x and in the filter, of sum(conv(x, filter) * weights), with `multiplier` outputs a channel. */
function gradients([, xShape, filterShape, strides, pad]: Row, multiplier: number): Float32Array[] {
  return tf.tidy(() => {
    const images = random<tf.Rank.R4>(xShape);
    const taps = random<tf.Rank.R4>([filterShape[0], filterShape[1], xShape[3], multiplier], 1);
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
    const weights = random(convolve(images, taps).shape, 2);
    const loss = (x: tf.Tensor, filter: tf.Tensor) => tf.sum(tf.mul(convolve(x, filter), weights));
    return tf
      .grads(loss)([images, taps])
      .map((gradient) => gradient.dataSync() as Float32Array);
  });
}

beforeAll(useWasmBackend);

describe(`gradients of a depthwise convolution on WASM, seed ${SEED}`, () => {
  it.each(rows)("agree with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => gradients(row, 1));
  });

  it.each(rows)("agree with the CPU backend, three outputs a channel: %s", async (...row) => {
    await expectSameOnCpu(() => gradients(row, 3));
  });

  it("leave no tensor and no WASM memory behind", () => {
    expectNoLeak(() => {
      for (const row of rows.slice(0, -2)) {
        gradients(row, 1);
        gradients(row, 2);
      }
    });
  });
});
