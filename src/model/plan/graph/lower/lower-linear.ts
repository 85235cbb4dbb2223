// Convolutions and matrix products by constant weights, with what TensorFlow has fused into them.

import { activations, linear, type Activation } from "../../../kernels/activation.ts";
import type { Computation } from "../../operations/operation.ts";
import type { Constant } from "../constants.ts";
import { isFloats, isTensor, type Lowered, type NodeCall } from "./lowering.ts";
import { flagOf, textsOf } from "../node-def.ts";
import { readWindow } from "./read-window.ts";

/** The activations of TensorFlow that kernels have, by the names of their nodes. */
export const activationsByOp: ReadonlyMap<string, Activation> = new Map([
  ["Relu", activations.relu],
  ["Relu6", activations.relu6],
  ["Sigmoid", activations.sigmoid],
  ["Elu", activations.elu],
  ["Tanh", activations.tanh],
]);

type Floats = Constant & { values: Float32Array };

export function lowerConvolution(call: NodeCall): Lowered {
  const [x, kernel] = call.inputs;
  if (!isTensor(x) || x.shape.length !== 4 || !isFloats(kernel) || kernel.shape.length !== 4) return undefined;
  const [height, width, inChannels, last] = kernel.shape;
  const depthwise = /Depthwise/.test(call.node.op);
  if (inChannels !== x.value.channels || (depthwise && last !== 1)) return undefined;
  const channels = depthwise ? inChannels : last;
  const window = readWindow(call.node, x.value, [height, width]);
  const fused = readFused(call, channels);
  if (!window || !fused) return undefined;
  const { made, ...moved } = window;
  // The zeros around the image are multiplied too, and would make NaN of such a weight.
  const padded = Object.values(moved.padding).some((pixels) => pixels > 0);
  if (padded && !kernel.values.every(Number.isFinite)) return undefined;
  const kind = depthwise ? "depthwise" : "convolution";
  const computation: Computation = { kind, x: x.value, window: moved, kernel: kernel.values, ...fused };
  return { computation, shape: [1, ...made, channels] };
}

export function lowerMatMul(call: NodeCall): Lowered {
  const [x, kernel] = call.inputs;
  if (!isTensor(x) || x.shape.length !== 2 || !isFloats(kernel) || kernel.shape.length !== 2) return undefined;
  if (flagOf(call.node, "transpose_a")) return undefined;
  const transposed = flagOf(call.node, "transpose_b");
  const [depth, columns] = transposed ? kernel.shape.toReversed() : kernel.shape;
  const fused = readFused(call, columns);
  if (depth !== x.value.channels || !fused) return undefined;
  const values = transposed ? transpose(kernel) : kernel.values;
  return { computation: { kind: "dense", x: x.value, kernel: values, ...fused }, shape: [1, columns] };
}

/** Undefined where something else than a bias and one activation is fused. */
function readFused(
  { node, inputs }: NodeCall,
  channels: number,
): { bias: Float32Array; activation: Activation } | undefined {
  const [first, second, ...others] = textsOf(node, "fused_ops");
  if (first === undefined) return { bias: new Float32Array(channels), activation: linear };
  const bias = inputs[2];
  if (first !== "BiasAdd" || others.length > 0 || !isFloats(bias) || bias.values.length !== channels) return undefined;
  const activation = second === undefined ? linear : activationsByOp.get(second);
  return activation && { bias: bias.values, activation };
}

function transpose({ shape: [rows, columns], values }: Floats): Float32Array {
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}
