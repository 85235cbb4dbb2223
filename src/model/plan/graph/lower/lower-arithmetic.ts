// Sums, products and curves: of two values, or of a value and constants.

import { linear } from "../../../kernels/activation.ts";
import type { Constant } from "../constants.ts";
import { activationsByOp } from "./lower-linear.ts";
import {
  countOf,
  isFloats,
  isTensor,
  toImage,
  type Known,
  type Lowered,
  type NodeCall,
  type Tensor,
} from "./lowering.ts";
import { flagOf, numberOf, textOf } from "../node-def.ts";

export function lowerActivation({ node, inputs: [x] }: NodeCall): Lowered {
  const activation = activationsByOp.get(node.op);
  if (!isTensor(x) || !activation) return undefined;
  return { computation: { kind: "activate", x: x.value, activation }, shape: x.shape };
}

export function lowerSoftmax({ inputs: [x] }: NodeCall): Lowered {
  if (!isTensor(x) || x.value.height * x.value.width !== 1) return undefined;
  return { computation: { kind: "softmax", x: x.value }, shape: x.shape };
}

export function lowerAdd(call: NodeCall): Lowered {
  const [a, b] = call.inputs;
  if (call.inputs.length !== 2) return undefined;
  if (isTensor(a) && isTensor(b)) {
    if (!isSameShape(a, b)) return undefined;
    return { computation: { kind: "add", a: a.value, b: b.value, activation: linear }, shape: a.shape };
  }
  return lowerScale(call, (value) => [1, value]);
}

export function lowerMultiply(call: NodeCall): Lowered {
  const [a, b] = call.inputs;
  if (isFloats(a) && isFloats(b)) return multiplyConstants(a, b);
  if (!isTensor(a) || !isTensor(b)) return lowerScale(call, (value) => [value, 0]);
  if (isSameShape(a, b)) {
    return { computation: { kind: "product", a: a.value, b: b.value, activation: linear }, shape: a.shape };
  }
  const [x, by] = countOf(a.shape) > countOf(b.shape) ? [a, b] : [b, a];
  const isOnePixel = by.value.height * by.value.width === 1 && by.value.channels === x.value.channels;
  // Fewer axes are the last ones of more, so that a row of channels would have to be an image's.
  if (!isOnePixel || by.shape.length > x.shape.length) return undefined;
  return { computation: { kind: "gate", x: x.value, by: by.value, activation: linear }, shape: x.shape };
}

type Floats = Constant & { values: Float32Array };

/** Weights by what they are to be multiplied with, over their last axes: how weights of 8 bits stand in a graph. */
function multiplyConstants(a: Floats, b: Floats): Lowered {
  const trailing = a.shape.slice(a.shape.length - b.shape.length);
  if (b.shape.length > a.shape.length || trailing.join() !== b.shape.join()) return undefined;
  return { ...a, values: a.values.map((value, i) => value * b.values[i % b.values.length]) };
}

export function lowerSubtract(call: NodeCall): Lowered {
  return lowerScale(call, (value) => (isTensor(call.inputs[0]) ? [1, -value] : [-1, value]));
}

export function lowerDivide(call: NodeCall): Lowered {
  return isTensor(call.inputs[0]) ? lowerScale(call, (value) => [1 / value, 0]) : undefined;
}

/** Normalization with the statistics of training. */
export function lowerBatchNorm({ node, inputs: [x, ...statistics] }: NodeCall): Lowered {
  if (!isTensor(x) || (textOf(node, "data_format") ?? "NHWC") !== "NHWC" || flagOf(node, "is_training"))
    return undefined;
  const [gamma, beta, mean, variance] = statistics.map((known) => toVector(known, x));
  const epsilon = numberOf(node, "epsilon");
  if (!gamma || !beta || !mean || !variance || !Number.isFinite(epsilon)) return undefined;
  const multiplier = gamma.map((value, c) => value / Math.sqrt(variance[c] + epsilon));
  const offset = beta.map((value, c) => value - mean[c] * multiplier[c]);
  return { computation: { kind: "scale", x: x.value, multiplier, offset, activation: linear }, shape: x.shape };
}

/** A value and a constant, in either order, as x * multiplier + offset. */
function lowerScale(
  { node, inputs }: NodeCall,
  toScale: (value: number) => readonly [multiplier: number, offset: number],
): Lowered {
  const x = inputs.find((input) => isTensor(input));
  const values =
    x && inputs.length === 2
      ? toVector(
          inputs.find((input) => input !== x),
          x,
        )
      : undefined;
  if (!x || !values || (textOf(node, "data_format") ?? "NHWC") !== "NHWC") return undefined;
  const multiplier = values.map((value) => toScale(value)[0]);
  const offset = values.map((value) => toScale(value)[1]);
  return { computation: { kind: "scale", x: x.value, multiplier, offset, activation: linear }, shape: x.shape };
}

/** One number a channel of `x`, from a constant that has one a channel or one for all. */
function toVector(known: Known | undefined, x: Tensor): Float32Array | undefined {
  if (!isFloats(known) || known.shape.length > x.shape.length) return undefined;
  const { channels } = x.value;
  if (known.values.length === 1) return new Float32Array(channels).fill(known.values[0]);
  return known.values.length === channels && known.shape.at(-1) === channels ? known.values : undefined;
}

const isSameShape = (a: Tensor, b: Tensor): boolean =>
  a.shape.join() === b.shape.join() && toImage(a.shape) !== undefined;
