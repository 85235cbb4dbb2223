// Convolutions and matrix products, with what TensorFlow's optimizer has fused into them.

import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { Activation, Borders, LinearOp, Op, Pair, Weight } from "../../compile/graph-node.ts";
import { flagOf, integersOf, textOf, textsOf, type NodeDef } from "./graph-schema.ts";
import { isConstant, isTensor, refuse, type GraphReason, type NodeCall, type Reading, type Tensor } from "./reading.ts";

/** The activations of TensorFlow that have a compiled form, under the name of their node. */
export const activationsByOp: Partial<Record<string, Activation>> = {
  Relu: "relu",
  Relu6: "relu6",
  Sigmoid: "sigmoid",
  Elu: "elu",
  Tanh: "tanh",
  Softmax: "softmax",
};

// Far beyond any network; keeps a hostile file from padding an image to gigabytes.
const MAX_WINDOW = 1024;

export const isExtent = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= MAX_WINDOW;

export function readConvolution(call: NodeCall, kind: "conv2d" | "depthwise"): Reading {
  const [x, kernel] = call.inputs;
  if (!isTensor(x, 4) || !isConstant(kernel, 4))
    return refuse(call, "it does not multiply an image by a constant kernel");
  const [, , inChannels, last] = kernel.shape;
  if (inChannels !== x.channels) return refuse(call, `its kernel is for ${inChannels} channels, not ${x.channels}`);
  const window = readWindow(call);
  if (!window.ok) return window;
  const dilations = spatialOf(call.node, "dilations") ?? [1, 1];
  // As of TF.js 4.22 the layer accepts a dilation rate and computes without it.
  if (kind === "depthwise" && Math.max(...dilations) > 1) return refuse(call, "TF.js layers do not dilate it");
  const channels = kind === "conv2d" ? last : inChannels * last;
  const op = { kind, kernel: toWeight(kernel), bias: new Float64Array(channels), dilations, ...window.value };
  return withFused(call, op, x, channels);
}

export function readMatMul(call: NodeCall): Reading {
  const [x, kernel] = call.inputs;
  if (!isTensor(x, 2) || !isConstant(kernel, 2)) return refuse(call, "it does not multiply rows by a constant matrix");
  if (flagOf(call.node, "transpose_a")) return refuse(call, "it transposes what it reads");
  const matrix = flagOf(call.node, "transpose_b") ? transpose(kernel) : toWeight(kernel);
  const [units, channels] = matrix.shape;
  if (units !== x.channels) return refuse(call, `its matrix is for ${units} numbers, not ${x.channels}`);
  return withFused(call, { kind: "dense", kernel: matrix, bias: new Float64Array(channels) }, x, channels);
}

/** How a window moves over an image. */
export function readWindow({
  node,
}: NodeCall): Result<{ strides: Pair; padding: "same" | "valid" | Borders }, Failure<GraphReason>> {
  if ((textOf(node, "data_format") ?? "NHWC") !== "NHWC") return refuse({ node }, "its channels come first");
  const strides = spatialOf(node, "strides");
  if (!strides) return refuse({ node }, "its strides are not two positive numbers");
  const padding = textOf(node, "padding");
  if (padding === "SAME") return ok({ strides, padding: "same" });
  if (padding === "VALID") return ok({ strides, padding: "valid" });
  if (padding !== "EXPLICIT") return refuse({ node }, "its padding is none of SAME, VALID and EXPLICIT");
  const borders = toBorders(integersOf(node, "explicit_paddings") ?? []);
  return borders
    ? ok({ strides, padding: borders })
    : refuse({ node }, "it pads other axes than height and width, or by too much");
}

/** Height and width of an attribute that has a number for each of batch, height, width and channels. */
export function spatialOf(node: NodeDef, name: string): Pair | undefined {
  const [batch, height, width, channels] = integersOf(node, name) ?? [];
  return batch === 1 && channels === 1 && isExtent(height) && isExtent(width) && height > 0 && width > 0
    ? [height, width]
    : undefined;
}

/** Two numbers for each of batch, height, width and channels, before and after. */
export function toBorders(paddings: ArrayLike<number>): Borders | undefined {
  const [beforeBatch, afterBatch, top, bottom, left, right, beforeChannels, afterChannels] = Array.from(paddings);
  const others = [beforeBatch, afterBatch, beforeChannels, afterChannels];
  return paddings.length === 8 && others.every((size) => size === 0) && [top, bottom, left, right].every(isExtent)
    ? { top, bottom, left, right }
    : undefined;
}

function withFused(call: NodeCall, op: LinearOp, x: Tensor, channels: number): Reading {
  const [bias, name, ...more] = textsOf(call.node, "fused_ops");
  const ops: Op[] = [op];
  if (bias !== undefined) {
    const values = call.inputs[2];
    if (bias !== "BiasAdd" || more.length > 0 || !isConstant(values, 1) || values.values.length !== channels) {
      return refuse(call, "what is fused into it is not a bias and an activation");
    }
    op.bias = values.values;
  }
  if (name !== undefined) {
    const activation = Object.hasOwn(activationsByOp, name) ? activationsByOp[name] : undefined;
    if (!activation) return refuse(call, `${name} is fused into it`);
    ops.push({ kind: "activation", activation });
  }
  return ok({ kind: "ops", ops, reads: [x], rank: x.rank, channels });
}

const toWeight = ({ shape, values }: Weight): Weight => ({ shape, values });

function transpose({ shape: [rows, columns], values }: Weight): Weight {
  const transposed = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
  return { shape: [columns, rows], values: transposed };
}
