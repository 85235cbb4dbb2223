// The gradients of pooling, in place of the stock WASM kernels, which look at every window from every input pixel.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { allocate, floats } from "../heap.ts";
import { replaceKernel } from "../replace-kernel.ts";
import { workspaceOf } from "../workspace.ts";
import { poolGeometryOf } from "./pool-geometry.ts";

/** Windows of 2x2 pixels side by side, from the images' corners on. */
const TILES = [2, 2, 2, 2, 0, 0];

/** Registers the kernels with the WASM backend, once. */
export function registerPoolGradients(): void {
  replaceKernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(tf.MaxPoolGrad, ({ inputs, attrs, backend }) => {
    const { dy, input } = inputs;
    const geometry = poolGeometryOf(input, attrs, attrs.dimRoundingMode);
    const { images, height, width, channels, outHeight, outWidth, window } = geometry;
    const isTiled = isEqual(window, TILES) && height === 2 * outHeight && width === 2 * outWidth && channels % 4 === 0;
    const dx = isTiled ? allocate(backend, input.shape) : cleared(backend, input.shape);
    const { kernels, addressOf } = workspaceOf(backend);
    const [x, dyAt, dxAt] = [input, dy, dx].map(addressOf);
    if (isTiled) {
      kernels.maxPoolTilesGradient(images * outHeight, outWidth, channels, x, dyAt, dxAt);
      return dx;
    }
    kernels.maxPoolGradient(images, height, width, channels, x, outHeight, outWidth, dyAt, ...window, dxAt);
    return dx;
  });
  replaceKernel<"dy" | "input", tf.AvgPoolGradAttrs>(tf.AvgPoolGrad, ({ inputs: { dy, input }, attrs, backend }) => {
    const geometry = poolGeometryOf(input, attrs);
    const dx = cleared(backend, input.shape);
    const { kernels, addressOf } = workspaceOf(backend);
    const { images, height, width, channels, outHeight, outWidth, window } = geometry;
    const [dyAt, dxAt] = [dy, dx].map(addressOf);
    kernels.averagePoolGradient(images, height, width, channels, outHeight, outWidth, dyAt, ...window, dxAt);
    return dx;
  });
}

const isEqual = (a: readonly number[], b: readonly number[]) => a.every((value, i) => value === b[i]);

function cleared(backend: BackendWasm, shape: number[]): tf.TensorInfo {
  const tensor = allocate(backend, shape);
  floats(backend, tensor).fill(0);
  return tensor;
}
