// Sums and products: of two tensors, or of a tensor and one constant a channel.

import { ok } from "../../../src/base/result.ts";
import { flagOf, numberOf, textOf } from "./graph-schema.ts";
import { isConstant, isTensor, refuse, type Constant, type NodeCall, type Reading, type Tensor } from "./reading.ts";

export function readAdd(call: NodeCall): Reading {
  if (call.inputs.every((input) => isTensor(input))) return ofTensors(call, "add", call.inputs);
  return scaled(call, (value) => ({ multiplier: 1, offset: value }));
}

export function readMultiply(call: NodeCall): Reading {
  if (call.inputs.every((input) => isTensor(input))) return ofTensors(call, "multiply", call.inputs);
  return scaled(call, (value) => ({ multiplier: value, offset: 0 }));
}

export function readSubtract(call: NodeCall): Reading {
  const isConstantFirst = isConstant(call.inputs[0]);
  return scaled(call, (value) =>
    isConstantFirst ? { multiplier: -1, offset: value } : { multiplier: 1, offset: -value },
  );
}

export function readDivide(call: NodeCall): Reading {
  if (!isConstant(call.inputs[1])) return refuse(call, "it does not divide by a constant");
  return scaled(call, (value) => ({ multiplier: 1 / value, offset: 0 }));
}

/** Normalization with the statistics of training. */
export function readBatchNorm(call: NodeCall): Reading {
  const [x, ...statistics] = call.inputs;
  // A graph that was saved for inference says false; TensorFlow's own default is true.
  if (!isTensor(x, 4) || flagOf(call.node, "is_training")) return refuse(call, "it is not for inference on images");
  const [gamma, beta, mean, variance] = statistics.map((input) => toVector(input, x));
  const epsilon = numberOf(call.node, "epsilon");
  if (!gamma || !beta || !mean || !variance || !Number.isFinite(epsilon))
    return refuse(call, "its statistics are not one constant a channel");
  const multiplier = gamma.map((value, c) => value / Math.sqrt(variance[c] + epsilon));
  const offset = beta.map((value, c) => value - mean[c] * multiplier[c]);
  const { rank, channels } = x;
  return ok({ kind: "ops", ops: [{ kind: "scale", multiplier, offset }], reads: [x], rank, channels });
}

function ofTensors(call: NodeCall, kind: "add" | "multiply", reads: Tensor[]): Reading {
  const [first, second] = reads;
  if (!second) return refuse(call, "it joins nothing");
  const { rank, channels } = first;
  if (reads.some((x) => x.rank !== rank || x.channels !== channels))
    return refuse(call, "what it reads differs in shape");
  return ok({ kind: "ops", ops: [{ kind }], reads, rank, channels });
}

/** A tensor and a constant, in either order. */
function scaled(call: NodeCall, toScale: (value: number) => { multiplier: number; offset: number }): Reading {
  if ((textOf(call.node, "data_format") ?? "NHWC") !== "NHWC") return refuse(call, "its channels come first");
  const x = call.inputs.find((input) => isTensor(input));
  const constant = call.inputs.find((input) => isConstant(input));
  const values = x && call.inputs.length === 2 ? toVector(constant, x) : undefined;
  if (!x || !values) return refuse(call, "it does not join two tensors, or a tensor and one constant a channel");
  const multiplier = values.map((value) => toScale(value).multiplier);
  const offset = values.map((value) => toScale(value).offset);
  const { rank, channels } = x;
  return ok({ kind: "ops", ops: [{ kind: "scale", multiplier, offset }], reads: [x], rank, channels });
}

/** One value a channel of `x`, from a constant that has one a channel or one for all. */
function toVector(constant: Constant | NodeCall["inputs"][number] | undefined, x: Tensor): Float64Array | undefined {
  if (!isConstant(constant)) return undefined;
  const { shape, values } = constant;
  if (values.length === 1 && shape.length <= x.rank) return new Float64Array(x.channels).fill(values[0]);
  return values.length === x.channels && shape.at(-1) === x.channels && shape.length <= x.rank ? values : undefined;
}
