// The gradient of a convolution with respect to its filter, which the stock WASM backend lacks: without it no
// convolution trains there.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { transposedProduct } from "./batch-mat-mul.ts";
import { reshaped } from "./heap.ts";
import { replaceKernel } from "./replace-kernel.ts";
import { shiftedProducts } from "./shifted-products.ts";

// tfjs-core refuses the gradient of a dilated convolution before it gets here, and so passes no dilations.
type Attrs = tf.Conv2DBackpropFilterAttrs & { dilations?: [number, number] };

/** Registers the kernel with the WASM backend, once. */
export function registerConv2DBackpropFilter(): void {
  replaceKernel<"x" | "dy", Attrs>(tf.Conv2DBackpropFilter, ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs;
    const { dataFormat, filterShape, strides, pad, dimRoundingMode, dilations } = attrs;
    if (dataFormat !== "NHWC") throw new Error(`Conv2DBackpropFilter on WASM needs NHWC, not ${dataFormat}.`);
    const geometry = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
    );
    if (isPointwise(geometry)) return pointwise(backend, x, dy, geometry);
    return shiftedProducts(backend, x, dy, geometry);
  });
}

/** Whether every input pixel meets the one tap, so that the convolution is a matrix product. */
function isPointwise({ filterHeight, filterWidth, inShape, outShape }: tf.backend_util.Conv2DInfo): boolean {
  return filterHeight * filterWidth === 1 && inShape[1] === outShape[1] && inShape[2] === outShape[2];
}

/** dW [1, 1, inChannels, outChannels] is the transposed pixels times dy's. */
function pointwise(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  { batchSize, outHeight, outWidth, inChannels, outChannels, filterShape }: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const pixels = batchSize * outHeight * outWidth;
  const product = transposedProduct(backend, reshaped(x, [pixels, inChannels]), reshaped(dy, [pixels, outChannels]));
  return reshaped(product, filterShape);
}
