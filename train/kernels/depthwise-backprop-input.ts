// The gradient of a depthwise convolution with respect to its input, which the stock WASM backend lacks: without it no
// MobileNet trains there.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { allocate, floats, free } from "./heap.ts";
import { inputGradient } from "./input-gradient.ts";
import { replaceKernel } from "./replace-kernel.ts";

/** Registers the kernel with the WASM backend, once. */
export function registerDepthwiseBackpropInput(): void {
  replaceKernel<"dy" | "filter", tf.DepthwiseConv2dNativeBackpropInputAttrs>(
    tf.DepthwiseConv2dNativeBackpropInput,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const { inputShape, strides, pad, dimRoundingMode } = attrs;
      const filterShape = filter.shape as [number, number, number, number];
      // tfjs-core refuses the gradient of a dilated convolution before it gets here.
      const strided = tf.backend_util.computeConv2DInfo(
        inputShape,
        filterShape,
        strides,
        1,
        pad,
        dimRoundingMode,
        true,
      );
      const { geometry, spread } = spreadPixels(backend, dy, strided);
      // Every channel of dy is convolved with its own taps: [filterHeight, filterWidth, outChannels, 1].
      const tapShape = [1, geometry.outChannels] as const;
      const kernelName = tf.DepthwiseConv2dNative;
      const dx = inputGradient(backend, { kernelName, dy: spread, filter, geometry, tapShape });
      if (spread !== dy) free(backend, spread);
      return dx;
    },
  );
}

/**
 * dy with zeros between its pixels, as if the convolution had gone by steps of one pixel. A convolution for each phase
 * would multiply less, but one of two taps takes XNNPACK longer than one of nine.
 */
function spreadPixels(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  geometry: tf.backend_util.Conv2DInfo,
): { geometry: tf.backend_util.Conv2DInfo; spread: tf.TensorInfo } {
  const { batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth } = geometry;
  if (strideHeight === 1 && strideWidth === 1) return { geometry, spread: dy };
  const height = (outHeight - 1) * strideHeight + 1;
  const width = (outWidth - 1) * strideWidth + 1;
  const spread = allocate(backend, [batchSize, height, width, outChannels]);
  const from = floats(backend, dy);
  const to = floats(backend, spread).fill(0);
  let read = 0;
  for (let line = 0; line < batchSize * outHeight; line++) {
    const image = Math.floor(line / outHeight);
    let write = (image * height + (line - image * outHeight) * strideHeight) * width * outChannels;
    for (let x = 0; x < outWidth; x++, write += (strideWidth - 1) * outChannels) {
      for (const end = write + outChannels; write < end;) to[write++] = from[read++];
    }
  }
  return { geometry: { ...geometry, outHeight: height, outWidth: width, strideHeight: 1, strideWidth: 1 }, spread };
}
