// What each supported node of a GraphDef computes, one function an op. Whatever else stands in a graph is refused by the
// name of its node and op.

import { ok } from "../../../src/base/result.ts";
import { shapeOf } from "./graph-schema.ts";
import { readAdd, readBatchNorm, readDivide, readMultiply, readSubtract } from "./read-arithmetic.ts";
import { activationsByOp, isExtent, readConvolution, readMatMul } from "./read-linear.ts";
import {
  readConcat,
  readMean,
  readPack,
  readPad,
  readPooling,
  readReshape,
  readSqueeze,
  readStridedSlice,
} from "./read-shapes.ts";
import { isTensor, refuse, type NodeCall, type Reading } from "./reading.ts";

const readersByOp: Record<string, (call: NodeCall) => Reading> = {
  Conv2D: (call) => readConvolution(call, "conv2d"),
  _FusedConv2D: (call) => readConvolution(call, "conv2d"),
  DepthwiseConv2dNative: (call) => readConvolution(call, "depthwise"),
  FusedDepthwiseConv2dNative: (call) => readConvolution(call, "depthwise"),
  MatMul: readMatMul,
  _FusedMatMul: readMatMul,
  Add: readAdd,
  AddV2: readAdd,
  AddN: readAdd,
  BiasAdd: readAdd,
  Mul: readMultiply,
  Sub: readSubtract,
  RealDiv: readDivide,
  FusedBatchNorm: readBatchNorm,
  FusedBatchNormV2: readBatchNorm,
  FusedBatchNormV3: readBatchNorm,
  MaxPool: (call) => readPooling(call, "maxPool"),
  AvgPool: (call) => readPooling(call, "averagePool"),
  Mean: readMean,
  Pad: readPad,
  PadV2: readPad,
  Reshape: readReshape,
  Squeeze: readSqueeze,
  ConcatV2: readConcat,
  Shape: () => ok({ kind: "shape" }),
  StridedSlice: readStridedSlice,
  Pack: readPack,
  // What matters only while a graph is trained.
  Identity: readSame,
  Snapshot: readSame,
  StopGradient: readSame,
  PreventGradient: readSame,
};

/** `size` stands in where the graph takes images of any size. */
export function readNode(call: NodeCall, size: { height: number; width: number }): Reading {
  const { node } = call;
  if (node.op === "Placeholder") return readPlaceholder(call, size);
  if (Object.hasOwn(readersByOp, node.op)) return readersByOp[node.op](call);
  const [x] = call.inputs;
  const activation = Object.hasOwn(activationsByOp, node.op) ? activationsByOp[node.op] : undefined;
  if (!activation) return refuse(call, "no layer does what its op does");
  if (!isTensor(x)) return refuse(call, "it does not read a tensor");
  const { rank, channels } = x;
  return ok({ kind: "ops", ops: [{ kind: "activation", activation }], reads: [x], rank, channels });
}

function readPlaceholder(call: NodeCall, size: { height: number; width: number }): Reading {
  const [, height, width, channels, ...more] = shapeOf(call.node, "shape") ?? [];
  if (more.length > 0 || !isExtent(channels) || channels === 0) return refuse(call, "it does not take images");
  const shapeHwc: [number, number, number] = [
    isExtent(height) && height > 0 ? height : size.height,
    isExtent(width) && width > 0 ? width : size.width,
    channels,
  ];
  return ok({ kind: "ops", ops: [{ kind: "input", shapeHwc }], reads: [], rank: 4, channels });
}

function readSame(call: NodeCall): Reading {
  const [value] = call.inputs;
  return value ? ok(value) : refuse(call, "it reads nothing");
}
