// The gradient of a convolution with respect to its input, in place of the stock WASM kernel: that one is scalar code and
// takes ten times as long as the forward convolution.
import * as tf from "@tensorflow/tfjs-core";
import { inputGradient } from "./input-gradient.ts";
import { replaceKernel } from "./replace-kernel.ts";

/** Registers the kernel with the WASM backend, once. */
export function registerConv2DBackpropInput(): void {
  replaceKernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(tf.Conv2DBackpropInput, ({ inputs, attrs, backend }) => {
    const { dataFormat, inputShape, strides, pad, dimRoundingMode } = attrs;
    if (dataFormat !== "NHWC") throw new Error(`Conv2DBackpropInput on WASM needs NHWC, not ${dataFormat}.`);
    const filterShape = inputs.filter.shape as [number, number, number, number];
    const geometry = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const tapShape = [geometry.inChannels, geometry.outChannels] as const;
    return inputGradient(backend, { kernelName: tf.Conv2D, ...inputs, geometry, tapShape });
  });
}
