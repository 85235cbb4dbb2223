// The gradient of max pooling, in place of the stock WASM kernel, which looks at every window from every input pixel.
import * as tf from "@tensorflow/tfjs-core";
import { allocate, floats } from "./heap.ts";
import { replaceKernel } from "./replace-kernel.ts";

/** Registers the kernel with the WASM backend, once. */
export function registerMaxPoolGrad(): void {
  replaceKernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(tf.MaxPoolGrad, ({ inputs, attrs, backend }) => {
    const { dy, input } = inputs;
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const geometry = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = allocate(backend, shape);
    routeToMaxima(floats(backend, dy), floats(backend, input), geometry, floats(backend, dx).fill(0));
    return dx;
  });
}

/**
 * Adds each window's `dy` to the pixel of `dx` where `x` is largest, the first of equals; `dx` and `x` are
 * [batch, inHeight, inWidth, channels]. A window of nothing but NaN passes nothing on.
 */
function routeToMaxima(
  dy: Float32Array,
  x: Float32Array,
  geometry: tf.backend_util.Conv2DInfo,
  dx: Float32Array,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = geometry;
  const { strideHeight, strideWidth, padInfo } = geometry;
  let at = 0;
  for (let line = 0; line < batchSize * outHeight; line++) {
    const image = Math.floor(line / outHeight);
    const top = (line - image * outHeight) * strideHeight - padInfo.top;
    const firstLine = (image * inHeight + Math.max(0, top)) * inWidth;
    const endLine = (image * inHeight + Math.min(inHeight, top + filterHeight)) * inWidth;
    for (let column = 0; column < outWidth; column++) {
      const left = column * strideWidth - padInfo.left;
      const firstX = Math.max(0, left);
      const endX = Math.min(inWidth, left + filterWidth);
      for (let channel = 0; channel < inChannels; channel++, at++) {
        let largest = -Infinity;
        let largestAt = -1;
        for (let y = firstLine; y < endLine; y += inWidth) {
          const end = (y + endX) * inChannels;
          for (let i = (y + firstX) * inChannels + channel; i < end; i += inChannels) {
            if (x[i] > largest) {
              largest = x[i];
              largestAt = i;
            }
          }
        }
        if (largestAt >= 0) dx[largestAt] += dy[at];
      }
    }
  }
}
