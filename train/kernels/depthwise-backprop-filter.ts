// The gradient of a depthwise convolution with respect to its filter, which the stock WASM backend lacks: without it no
// MobileNet trains there.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { sumChannels } from "./channel-arithmetic.ts";
import { allocate, floats, free, reshaped, runKernel, withView } from "./heap.ts";
import { replaceKernel } from "./replace-kernel.ts";
import { layOutGradient, layOutInput, shiftedLayout } from "./shifted-layout.ts";

// As in shifted-products.ts: 1 MiB of input at a time.
const MAX_INPUT_FLOATS = 2 ** 18;

type Shape4D = [number, number, number, number];

/** Registers the kernel with the WASM backend, once. */
export function registerDepthwiseBackpropFilter(): void {
  replaceKernel<"x" | "dy", tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const { filterShape, strides, dilations, pad, dimRoundingMode } = attrs;
      const [height, width, inChannels, multiplier] = filterShape;
      // An input channel that feeds several output channels is repeated, so that there is one tap a channel.
      const channels = inChannels * multiplier;
      const pixels = multiplier === 1 ? x : repeatChannels(backend, x, multiplier);
      const inShape = [...x.shape.slice(0, 3), channels] as Shape4D;
      const taps = [height, width, channels, 1] as Shape4D;
      const geometry = tf.backend_util.computeConv2DInfo(inShape, taps, strides, dilations, pad, dimRoundingMode, true);
      const gradient = filterGradient(backend, pixels, dy, geometry);
      if (pixels !== x) free(backend, pixels);
      return backend.makeOutput(filterShape, "float32", undefined, gradient);
    },
  );
}

/** dW [filterHeight, filterWidth, channels]: of each tap, the sum over pixels of the padded input times dy. */
function filterGradient(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  geometry: tf.backend_util.Conv2DInfo,
): Float32Array {
  const { batchSize, inChannels: channels, filterHeight, filterWidth } = geometry;
  const layout = shiftedLayout(geometry);
  const imageFloats = layout.planes * layout.imageLength * channels;
  const imagesAtOnce = Math.min(batchSize, Math.max(1, Math.floor(MAX_INPUT_FLOATS / imageFloats)));
  const gradient = new Float32Array(filterHeight * filterWidth * channels);
  for (let first = 0; first < batchSize; first += imagesAtOnce) {
    const images = { first, count: Math.min(imagesAtOnce, batchSize - first) };
    const positions = images.count * layout.imageLength;
    const shape = [images.count, layout.y.length, layout.x.length, channels];
    // [planes, positions, channels], and zeros for the last position's taps to reach into
    const planes = allocate(backend, [(layout.planes * positions + layout.maxShift) * channels]);
    // [positions, channels]
    const padded = allocate(backend, shape);
    floats(backend, planes).fill(0);
    layOutInput(floats(backend, x), geometry, layout, images, "channels last", floats(backend, planes));
    layOutGradient(floats(backend, dy), geometry, layout, images, floats(backend, padded));
    for (const [tap, { plane, shift }] of layout.taps.entries()) {
      const products = withView(backend, planes, (plane * positions + shift) * channels, shape, (a) =>
        runKernel(backend, tf.Multiply, { a, b: padded }, {}),
      );
      const sums = sumChannels(backend, reshaped(products, shape));
      for (let channel = 0; channel < channels; channel++) gradient[tap * channels + channel] += sums[channel];
      free(backend, products);
    }
    free(backend, planes, padded);
  }
  return gradient;
}

/** [batch, height, width, channels * multiplier] of `x` [batch, height, width, channels], the caller's to free. */
function repeatChannels(backend: BackendWasm, x: tf.TensorInfo, multiplier: number): tf.TensorInfo {
  const repeated = allocate(backend, [...x.shape.slice(0, 3), x.shape[3] * multiplier]);
  const from = floats(backend, x);
  const to = floats(backend, repeated);
  for (let i = 0; i < to.length; i++) to[i] = from[Math.floor(i / multiplier)];
  return repeated;
}
