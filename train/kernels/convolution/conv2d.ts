// Convolutions and their gradients as TensorFlow.js calls them, by kernels of ours.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel, runStockKernel } from "../replace-kernel.ts";
import { workspaceOf } from "../workspace.ts";
import { convolveFilterGradient } from "./gradients/filter-gradient.ts";
import { convolveForward } from "./forward.ts";
import { convolveInputGradient } from "./gradients/input-gradient.ts";

type Shape4D = [number, number, number, number];
// tfjs-core refuses the gradient of a dilated convolution before it gets here, and passes no dilations.
type FilterAttrs = tf.Conv2DBackpropFilterAttrs & { dilations?: [number, number] };
type InputAttrs = tf.Conv2DBackpropInputAttrs & { dilations?: [number, number] };
export type Geometry = tf.backend_util.Conv2DInfo;

/** Registers the kernels with the WASM backend, once. */
export function registerConv2D(): void {
  replaceKernel<"x" | "filter", tf.Conv2DAttrs>(tf.Conv2D, ({ inputs: { x, filter }, attrs, backend }) =>
    convolution(backend, x, filter, undefined, false, geometryOf(x.shape, filter.shape, attrs)),
  );
  replaceKernel<"x" | "filter" | "bias", tf.FusedConv2DAttrs>(tf.FusedConv2D, (call) => {
    const { x, filter } = call.inputs;
    // A layer may have none, whatever the type says.
    const bias = call.inputs.bias as tf.TensorInfo | undefined;
    const { activation } = call.attrs;
    const isBiasWhole = !bias || tf.util.sizeFromShape(bias.shape) === filter.shape[3];
    if (!isBiasWhole || (activation !== "linear" && activation !== "relu")) return runStockKernel(tf.FusedConv2D, call);
    const geometry = geometryOf(x.shape, filter.shape, call.attrs);
    return convolution(call.backend, x, filter, bias, activation === "relu", geometry);
  });
  replaceKernel<"x" | "dy", FilterAttrs>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) =>
    filterGradient(backend, x, dy, undefined, geometryOf(x.shape, attrs.filterShape, attrs)),
  );
  replaceKernel<"dy" | "filter", InputAttrs>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) =>
    inputGradient(backend, dy, filter, undefined, geometryOf(attrs.inputShape, filter.shape, attrs)),
  );
}

/** Throws for channels first, which no kernel of the backend takes. */
export function geometryOf(
  xShape: number[],
  filterShape: number[],
  attrs: Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dimRoundingMode"> & {
    dilations?: [number, number] | number;
  },
): Geometry {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attrs;
  if (dataFormat !== "NHWC") throw new Error(`Convolutions on WASM need NHWC, not ${dataFormat}.`);
  const [images, filter] = [xShape as Shape4D, filterShape as Shape4D];
  return tf.backend_util.computeConv2DInfo(images, filter, strides, dilations, pad, dimRoundingMode);
}

export function convolution(
  backend: BackendWasm,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: tf.TensorInfo | undefined,
  clips: boolean,
  geometry: Geometry,
): tf.TensorInfo {
  const y = backend.makeOutput(geometry.outShape, "float32");
  const workspace = workspaceOf(backend);
  const [xAt, filterAt, yAt] = [x, filter, y].map(workspace.addressOf);
  const biasAt = bias ? workspace.addressOf(bias) : 0;
  convolveForward(workspace, geometry, { x: xAt, filter: filterAt, bias: biasAt, y: yAt }, clips);
  return y;
}

/** `gate` is the output of the ReLU that dy is to pass. */
export function filterGradient(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  gate: tf.TensorInfo | undefined,
  geometry: Geometry,
): tf.TensorInfo {
  const gradient = backend.makeOutput(geometry.filterShape, "float32");
  const workspace = workspaceOf(backend);
  const [xAt, dyAt, gradientAt] = [x, dy, gradient].map(workspace.addressOf);
  const gateAt = gate ? workspace.addressOf(gate) : 0;
  convolveFilterGradient(workspace, geometry, { x: xAt, dy: dyAt, gate: gateAt, filterGradient: gradientAt });
  return gradient;
}

/** `gate` is the output of the ReLU that dy is to pass. */
export function inputGradient(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  gate: tf.TensorInfo | undefined,
  geometry: Geometry,
): tf.TensorInfo {
  const dx = backend.makeOutput(geometry.inShape, "float32");
  const workspace = workspaceOf(backend);
  const [dyAt, filterAt, dxAt] = [dy, filter, dx].map(workspace.addressOf);
  const gateAt = gate ? workspace.addressOf(gate) : 0;
  convolveInputGradient(workspace, geometry, { dy: dyAt, gate: gateAt, filter: filterAt, dx: dxAt });
  return dx;
}
