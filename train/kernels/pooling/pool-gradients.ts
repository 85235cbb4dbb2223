// The gradients of pooling, in place of the stock WASM kernels, which look at every window from every input pixel.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { allocate, floats } from "../heap.ts";
import { replaceKernel } from "../replace-kernel.ts";
import { workspaceOf } from "../workspace.ts";

type Shape4D = [number, number, number, number];

/** Registers the kernels with the WASM backend, once. */
export function registerPoolGradients(): void {
  replaceKernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(tf.MaxPoolGrad, ({ inputs, attrs, backend }) => {
    const { dy, input } = inputs;
    const geometry = geometryOf(input, attrs, attrs.dimRoundingMode);
    const dx = cleared(backend, input.shape);
    const { kernels, addressOf } = workspaceOf(backend);
    const { images, height, width, channels, outHeight, outWidth, window } = geometry;
    const [x, dyAt, dxAt] = [input, dy, dx].map(addressOf);
    kernels.maxPoolGradient(images, height, width, channels, x, outHeight, outWidth, dyAt, ...window, dxAt);
    return dx;
  });
  replaceKernel<"dy" | "input", tf.AvgPoolGradAttrs>(tf.AvgPoolGrad, ({ inputs: { dy, input }, attrs, backend }) => {
    const geometry = geometryOf(input, attrs);
    const dx = cleared(backend, input.shape);
    const { kernels, addressOf } = workspaceOf(backend);
    const { images, height, width, channels, outHeight, outWidth, window } = geometry;
    const [dyAt, dxAt] = [dy, dx].map(addressOf);
    kernels.averagePoolGradient(images, height, width, channels, outHeight, outWidth, dyAt, ...window, dxAt);
    return dx;
  });
}

function geometryOf(
  input: tf.TensorInfo,
  { filterSize, strides, pad }: tf.AvgPoolGradAttrs,
  rounding?: tf.MaxPoolGradAttrs["dimRoundingMode"],
) {
  const pool = tf.backend_util.computePool2DInfo(input.shape as Shape4D, filterSize, strides, 1, pad, rounding);
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = pool;
  return {
    images: pool.batchSize,
    height: pool.inHeight,
    width: pool.inWidth,
    channels: pool.inChannels,
    outHeight: pool.outHeight,
    outWidth: pool.outWidth,
    window: [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left] as const,
  };
}

function cleared(backend: BackendWasm, shape: number[]): tf.TensorInfo {
  const tensor = allocate(backend, shape);
  floats(backend, tensor).fill(0);
  return tensor;
}
