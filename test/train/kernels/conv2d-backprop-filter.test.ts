// The filter gradient on WASM is held to the CPU backend's, which is an independent implementation.
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";

const SEED = 20180413;

type Shape = [number, number, number, number];
type Padding = "valid" | "same" | number | tf.backend_util.ExplicitPadding;
type Row = [name: string, x: Shape, filter: Shape, strides: [number, number], pad: Padding];

const rows: Row[] = [
  ["one channel, valid", [2, 8, 8, 1], [3, 3, 1, 4], [1, 1], "valid"],
  ["same padding, odd size", [2, 7, 9, 3], [3, 3, 3, 5], [1, 1], "same"],
  ["batch of one", [1, 6, 6, 2], [3, 3, 2, 3], [1, 1], "same"],
  ["1x1 filter", [3, 5, 4, 6], [1, 1, 6, 2], [1, 1], "valid"],
  ["1x1 filter, stride 2", [2, 7, 7, 3], [1, 1, 3, 4], [2, 2], "same"],
  ["same padding is asymmetric at stride 2 on an even size", [2, 8, 8, 3], [3, 3, 3, 4], [2, 2], "same"],
  ["stride 2, valid, a last column no tap meets", [2, 8, 8, 2], [3, 3, 2, 4], [2, 2], "valid"],
  ["stride 3, same", [2, 11, 10, 2], [3, 3, 2, 3], [3, 3], "same"],
  ["stride 3 past a 2x2 filter skips pixels", [1, 9, 9, 2], [2, 2, 2, 2], [3, 3], "valid"],
  ["stride 3 past a 1x1 filter skips pixels", [1, 10, 10, 2], [1, 1, 2, 2], [3, 3], "valid"],
  ["unequal strides", [2, 9, 8, 2], [3, 3, 2, 3], [2, 1], "same"],
  ["rectangular filter", [2, 7, 8, 2], [1, 5, 2, 3], [1, 1], "same"],
  ["even filter, same padding on one side only", [2, 6, 7, 2], [2, 4, 2, 3], [1, 1], "same"],
  ["filter as large as the image", [2, 4, 5, 2], [4, 5, 2, 3], [1, 1], "valid"],
  ["filter larger than the image, same", [1, 2, 2, 2], [5, 5, 2, 3], [1, 1], "same"],
  ["padding given as a number", [2, 6, 6, 2], [3, 3, 2, 3], [1, 1], 2],
  [
    "padding given side by side",
    [2, 6, 5, 2],
    [3, 3, 2, 3],
    [2, 2],
    [
      [0, 0],
      [0, 1],
      [2, 1],
      [0, 0],
    ],
  ],
  ["one pixel", [1, 1, 1, 1], [1, 1, 1, 1], [1, 1], "valid"],
  ["more output rows than one run of patches holds", [3, 64, 64, 8], [3, 3, 8, 4], [1, 1], "same"],
];

/** The gradient, in the filter, of sum(conv(x, filter) * weights): the weights are there so that dy is not constant. */
function filterGradient([, xShape, filterShape, strides, pad]: Row): Float32Array {
  return tf.tidy(() => {
    const x = tf.randomUniform<tf.Rank.R4>(xShape, -1, 1, "float32", SEED);
    const filter = tf.randomUniform<tf.Rank.R4>(filterShape, -1, 1, "float32", SEED + 1);
    const weights = tf.randomUniform(tf.conv2d(x, filter, strides, pad).shape, -1, 1, "float32", SEED + 2);
    const loss = (taps: tf.Tensor) => tf.sum(tf.mul(tf.conv2d(x, taps as tf.Tensor4D, strides, pad), weights));
    return tf.grad(loss)(filter).dataSync() as Float32Array;
  });
}

async function onCpu<Value>(compute: () => Value): Promise<Value> {
  await tf.setBackend("cpu");
  expect(tf.backend()).toBeInstanceOf(MathBackendCPU);
  const value = compute();
  await tf.setBackend("wasm");
  return value;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const scale = Math.max(1, ...b.map(Math.abs));
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN)))) / scale;
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
    const expected = await onCpu(() => filterGradient(row));
    expect(largestDifference(filterGradient(row), expected)).toBeLessThan(1e-4);
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
    const backend = tf.backend() as BackendWasm;
    rows.forEach(filterGradient);
    const before = { tensors: tf.memory().numTensors, buffers: backend.numDataIds() };
    rows.forEach(filterGradient);
    expect({ tensors: tf.memory().numTensors, buffers: backend.numDataIds() }).toEqual(before);
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
