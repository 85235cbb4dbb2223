// Max pooling, in place of the stock WASM kernel, which takes as long for it as a convolution before it.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel, runStockKernel } from "../replace-kernel.ts";
import { FLOAT_BYTES, workspaceOf } from "../workspace.ts";
import { poolGeometryOf } from "./pool-geometry.ts";

/** Channels that the kernel computes at once. */
const VECTOR = 4;

/** Registers the kernel with the WASM backend, once. */
export function registerMaxPool(): void {
  replaceKernel<"x", tf.MaxPoolAttrs>(tf.MaxPool, (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const geometry = poolGeometryOf(x, attrs, attrs.dimRoundingMode);
    const { images, height, width, channels, outHeight, outWidth, window } = geometry;
    if (channels % VECTOR !== 0) return runStockKernel(tf.MaxPool, call);
    const y = backend.makeOutput([images, outHeight, outWidth, channels], "float32");
    const { kernels, addressOf } = workspaceOf(backend);
    const pixelBytes = channels * FLOAT_BYTES;
    const [rowBytes, outRowBytes] = [width * pixelBytes, outWidth * pixelBytes];
    for (let image = 0; image < images; image++) {
      const from = addressOf(x) + image * height * rowBytes;
      const to = addressOf(y) + image * outHeight * outRowBytes;
      // prettier-ignore
      kernels.maxPool(outHeight, outWidth, channels, from, height, width, rowBytes, pixelBytes, ...window, to, outRowBytes);
    }
    return y;
  });
}
