// What changes the shape of a tensor, or averages over it, and what graphs compute of shapes on the way.

import { ok } from "../../../src/base/result.ts";
import type { Op } from "../../compile/graph-node.ts";
import { flagOf, integersOf } from "./graph-schema.ts";
import { isConstant, isTensor, refuse, type NodeCall, type Reading } from "./reading.ts";
import { readWindow, spatialOf, toBorders } from "./read-linear.ts";

export function readPooling(call: NodeCall, kind: "maxPool" | "averagePool"): Reading {
  const [x] = call.inputs;
  const size = spatialOf(call.node, "ksize");
  if (!isTensor(x, 4) || !size) return refuse(call, "it does not pool an image over height and width");
  const window = readWindow(call);
  if (!window.ok) return window;
  const { strides, padding } = window.value;
  if (typeof padding !== "string") return refuse(call, "its padding is explicit");
  const { rank, channels } = x;
  return ok({ kind: "ops", ops: [{ kind, size, strides, padding }], reads: [x], rank, channels });
}

export function readMean(call: NodeCall): Reading {
  const [x, axes] = call.inputs;
  if (!isTensor(x, 4) || !isConstant(axes) || !isSpatial(axes.values))
    return refuse(call, "it is not the mean over height and width");
  const { channels } = x;
  const ops: Op[] = [{ kind: "globalAverage" }];
  if (!flagOf(call.node, "keep_dims")) return ok({ kind: "ops", ops, reads: [x], rank: 2, channels });
  ops.push({ kind: "reshape", shape: [1, 1, channels] });
  return ok({ kind: "ops", ops, reads: [x], rank: 4, channels });
}

export function readPad(call: NodeCall): Reading {
  const [x, paddings, value] = call.inputs;
  const borders = isConstant(paddings, 2) ? toBorders(paddings.values) : undefined;
  const isZero = value === undefined || (isConstant(value) && value.values[0] === 0);
  if (!isTensor(x, 4) || !borders || !isZero) return refuse(call, "it does not put zeros around an image");
  const { rank, channels } = x;
  return ok({ kind: "ops", ops: [{ kind: "pad", borders }], reads: [x], rank, channels });
}

export function readReshape(call: NodeCall): Reading {
  const [x, sizes] = call.inputs;
  if (!isTensor(x) || !isConstant(sizes, 1)) return refuse(call, "its shape is not known in advance");
  const [batch, ...shape] = sizes.values;
  const channels = shape.at(-1);
  if (batch !== -1 || channels === undefined || !shape.every((size) => Number.isInteger(size) && size > 0))
    return refuse(call, "it does not keep the batch and give every other size");
  return ok({ kind: "ops", ops: [{ kind: "reshape", shape }], reads: [x], rank: sizes.values.length, channels });
}

/** Takes [batch, 1, 1, channels] to [batch, channels]; that both are 1 is seen when the layer is built. */
export function readSqueeze(call: NodeCall): Reading {
  const [x] = call.inputs;
  const axes = integersOf(call.node, "squeeze_dims") ?? integersOf(call.node, "axis");
  if (!isTensor(x, 4) || !axes || !isSpatial(axes)) return refuse(call, "it does not squeeze height and width");
  const { channels } = x;
  return ok({ kind: "ops", ops: [{ kind: "reshape", shape: [channels] }], reads: [x], rank: 2, channels });
}

export function readConcat(call: NodeCall): Reading {
  const reads = call.inputs.slice(0, -1).filter((input) => isTensor(input));
  const axis = call.inputs.at(-1);
  const [{ rank } = { rank: 0 }] = reads;
  const isAlongChannels = isConstant(axis) && (axis.values[0] === -1 || axis.values[0] === rank - 1);
  if (
    reads.length < 2 ||
    reads.length < call.inputs.length - 1 ||
    !isAlongChannels ||
    reads.some((x) => x.rank !== rank)
  )
    return refuse(call, "it does not join tensors along their channels");
  const channels = reads.reduce((sum, x) => sum + x.channels, 0);
  return ok({ kind: "ops", ops: [{ kind: "concat" }], reads, rank, channels });
}

/** The first number of a shape: begin 0, end 1, stride 1. */
export function readStridedSlice(call: NodeCall): Reading {
  const [shape, ...bounds] = call.inputs;
  const isFirst =
    bounds.length === 3 && bounds.every((bound, i) => isConstant(bound) && bound.values[0] === [0, 1, 1][i]);
  return shape?.kind === "shape" && isFirst
    ? ok({ kind: "batchSize" })
    : refuse(call, "it takes a part of something other than the batch size of a shape");
}

/** A shape whose first size is the batch's. */
export function readPack(call: NodeCall): Reading {
  const [batch, ...sizes] = call.inputs;
  const constants = sizes.filter((size) => isConstant(size));
  if (batch?.kind !== "batchSize" || constants.length < sizes.length)
    return refuse(call, "it packs something other than the shape of a batch");
  const values = Float64Array.of(-1, ...constants.map((size) => size.values[0]));
  return ok({ kind: "constant", shape: [values.length], values });
}

/** Height and width in either order, counted from the front or from the back of four axes. */
function isSpatial(axes: ArrayLike<number>): boolean {
  const counted = Array.from(axes, (axis) => (axis < 0 ? axis + 4 : axis)).toSorted((a, b) => a - b);
  return counted.length === 2 && counted[0] === 1 && counted[1] === 2;
}
