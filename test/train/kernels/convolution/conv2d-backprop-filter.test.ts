// The filter gradient on WASM is held to the CPU backend's, which is an independent implementation.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { mnistCnn } from "../../../../train/architectures/mnist-cnn.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, largestDifference, onCpu, random, SEED } from "../compare-backends.ts";
import { rows, type Row, type Shape } from "./convolution-rows.ts";

/** The gradient, in the filter, of sum(conv(x, filter) * weights): the weights are there so that dy is not constant. */
function filterGradient([, xShape, filterShape, strides, pad]: Row): Float32Array {
  return tf.tidy(() => {
    const x = random<tf.Rank.R4>(xShape);
    const filter = random<tf.Rank.R4>(filterShape, 1);
    const weights = random(tf.conv2d(x, filter, strides, pad).shape, 2);
    const loss = (taps: tf.Tensor) => tf.sum(tf.mul(tf.conv2d(x, taps as tf.Tensor4D, strides, pad), weights));
    return tf.grad(loss)(filter).dataSync() as Float32Array;
  });
}

beforeAll(useWasmBackend);

/** The loss of a seeded one-convolution network at the last of its training steps on one seeded batch. */
async function lossAfter(steps: number): Promise<number> {
  const network = mnistCnn(SEED);
  network.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const images = tf.randomUniform([10, 28, 28, 1], 0, 1, "float32", SEED);
  const labels = tf.oneHot(tf.range(0, 10, 1, "int32"), 10);
  let loss = Number.NaN;
  for (let step = 0; step < steps; step++) loss = (await network.trainOnBatch(images, labels)) as number;
  return loss;
}

describe(`Conv2DBackpropFilter on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [filterGradient(row)]);
  });

  // tfjs-core refuses the gradient of a dilated convolution, on every backend, so here the kernel is called directly.
  // The reference is a filter with its taps pulled apart: its gradient, at those taps, is the dilated one.
  it.each([
    ["dilation 2, valid", [2, 9, 8, 2], [2, 2], "valid"],
    ["dilation 2, same", [2, 7, 7, 3], [2, 2], "same"],
    ["dilation 3, same", [1, 8, 9, 2], [3, 3], "same"],
    ["unequal dilations", [2, 9, 9, 1], [1, 3], "valid"],
  ] as [string, Shape, [number, number], "valid" | "same"][])(
    "agrees with a filter whose taps are pulled apart: %s",
    async (_name, xShape, dilations, pad) => {
      const filterShape: Shape = [3, 3, xShape[3], 4];
      const apart: Shape = [2 * dilations[0] + 1, 2 * dilations[1] + 1, xShape[3], 4];
      const dyShape = tf.backend_util.computeConv2DInfo(xShape, apart, 1, 1, pad).outShape;
      const gradient = (shape: Shape, rates: [number, number]): Float32Array =>
        tf.tidy(() => {
          const x = tf.randomUniform(xShape, -1, 1, "float32", SEED);
          const dy = tf.randomUniform(dyShape, -1, 1, "float32", SEED + 1);
          const attrs = { strides: [1, 1], pad, dataFormat: "NHWC", filterShape: shape, dilations: rates };
          const full = tf.engine().runKernel<tf.Tensor4D>(tf.Conv2DBackpropFilter, { x, dy }, attrs);
          const step = [shape === apart ? dilations[0] : 1, shape === apart ? dilations[1] : 1, 1, 1];
          return tf.stridedSlice(full, [0, 0, 0, 0], shape, step).dataSync() as Float32Array;
        });
      const expected = await onCpu(() => gradient(apart, [1, 1]));
      expect(largestDifference(gradient(filterShape, dilations), expected)).toBeLessThan(1e-4);
    },
  );

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.slice(0, -2).forEach(filterGradient));
  });

  it("trains a convolutional network: the loss falls, the same way for the same seed", async () => {
    const trained = await lossAfter(10);
    expect(trained).toBeLessThan((await lossAfter(1)) / 2);
    expect(await lossAfter(10)).toBe(trained);
  });

  it("is registered once, however often the backend is asked for", async () => {
    const kernel = tf.getKernel(tf.Conv2DBackpropFilter, "wasm");
    await useWasmBackend();
    expect(tf.getKernel(tf.Conv2DBackpropFilter, "wasm")).toBe(kernel);
  });
});
