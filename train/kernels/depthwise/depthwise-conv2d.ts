// Depthwise convolutions and their gradients as TensorFlow.js calls them, by kernels of ours: the stock backend has no
// gradients, without which no MobileNet trains.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { free } from "../heap.ts";
import { replaceKernel, runStockKernel } from "../replace-kernel.ts";
import { workspaceOf } from "../workspace.ts";
import { repeatChannels, sumRepeated } from "./repeated-channels.ts";
import { sumFilterGradient, sumForward, sumInputGradient } from "./sums.ts";

type Shape4D = [number, number, number, number];

/** Registers the kernels with the WASM backend, once. */
export function registerDepthwiseConv2D(): void {
  replaceKernel<"x" | "filter", tf.DepthwiseConv2dNativeAttrs>(
    tf.DepthwiseConv2dNative,
    ({ inputs: { x, filter }, attrs, backend }) => forward(backend, x, filter, undefined, false, attrs),
  );
  replaceKernel<"x" | "filter" | "bias", tf.FusedDepthwiseConv2DAttrs>(tf.FusedDepthwiseConv2D, (call) => {
    const { x, filter } = call.inputs;
    // A layer may have none, whatever the type says.
    const bias = call.inputs.bias as tf.TensorInfo | undefined;
    const { activation } = call.attrs;
    const isBiasWhole = !bias || tf.util.sizeFromShape(bias.shape) === filter.shape[2] * filter.shape[3];
    if (!isBiasWhole || (activation !== "linear" && activation !== "relu")) {
      return runStockKernel(tf.FusedDepthwiseConv2D, call);
    }
    return forward(call.backend, x, filter, bias, activation === "relu", call.attrs);
  });
  replaceKernel<"x" | "dy", tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ inputs: { x, dy }, attrs, backend }) => filterGradient(backend, x, dy, attrs),
  );
  replaceKernel<"dy" | "filter", tf.DepthwiseConv2dNativeBackpropInputAttrs>(
    tf.DepthwiseConv2dNativeBackpropInput,
    ({ inputs: { dy, filter }, attrs, backend }) => inputGradient(backend, dy, filter, attrs),
  );
}

type Steps = Pick<tf.DepthwiseConv2dNativeAttrs, "strides" | "pad" | "dimRoundingMode"> & {
  dilations?: [number, number] | number;
};

/** As if every input channel stood there once for each output channel that it feeds. */
function geometryOf(xShape: number[], filterShape: number[], { strides, pad, dilations, dimRoundingMode }: Steps) {
  const [height, width, inChannels, multiplier] = filterShape;
  const channels = inChannels * multiplier;
  const images = [...xShape.slice(0, 3), channels] as Shape4D;
  const taps = [height, width, channels, 1] as Shape4D;
  return tf.backend_util.computeConv2DInfo(images, taps, strides, dilations ?? 1, pad, dimRoundingMode, true);
}

function forward(
  backend: BackendWasm,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: tf.TensorInfo | undefined,
  clips: boolean,
  attrs: Steps,
): tf.TensorInfo {
  const geometry = geometryOf(x.shape, filter.shape, attrs);
  const repeated = repeatChannels(backend, x, filter.shape[3]);
  const y = backend.makeOutput(geometry.outShape, "float32");
  const workspace = workspaceOf(backend);
  const [xAt, filterAt, yAt] = [repeated, filter, y].map(workspace.addressOf);
  const biasAt = bias ? workspace.addressOf(bias) : 0;
  sumForward(workspace, geometry, { x: xAt, filter: filterAt, bias: biasAt, y: yAt }, clips);
  if (repeated !== x) free(backend, repeated);
  return y;
}

function filterGradient(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs,
): tf.TensorInfo {
  const geometry = geometryOf(x.shape, attrs.filterShape, attrs);
  const repeated = repeatChannels(backend, x, attrs.filterShape[3]);
  const gradient = backend.makeOutput(attrs.filterShape, "float32");
  const workspace = workspaceOf(backend);
  const [xAt, dyAt, gradientAt] = [repeated, dy, gradient].map(workspace.addressOf);
  sumFilterGradient(workspace, geometry, { x: xAt, dy: dyAt, filterGradient: gradientAt });
  if (repeated !== x) free(backend, repeated);
  return gradient;
}

function inputGradient(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs,
): tf.TensorInfo {
  const geometry = geometryOf(attrs.inputShape, filter.shape, attrs);
  const dx = backend.makeOutput(geometry.inShape, "float32");
  const workspace = workspaceOf(backend);
  const [dyAt, filterAt, dxAt] = [dy, filter, dx].map(workspace.addressOf);
  sumInputGradient(workspace, geometry, { dy: dyAt, filter: filterAt, dx: dxAt });
  const multiplier = filter.shape[3];
  if (multiplier === 1) return dx;
  const summed = sumRepeated(backend, dx, multiplier);
  free(backend, dx);
  return summed;
}
