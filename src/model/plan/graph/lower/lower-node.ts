// Which node becomes which computation.

import {
  lowerActivation,
  lowerAdd,
  lowerBatchNorm,
  lowerDivide,
  lowerMultiply,
  lowerSoftmax,
  lowerSubtract,
} from "./lower-arithmetic.ts";
import {
  lowerConcat,
  lowerIdentity,
  lowerMean,
  lowerPad,
  lowerPool,
  lowerReshape,
  lowerSqueeze,
} from "./lower-layout.ts";
import { lowerConvolution, lowerMatMul } from "./lower-linear.ts";
import type { Lowered, NodeCall } from "./lowering.ts";

const READERS: Partial<Record<string, (call: NodeCall) => Lowered>> = {
  _FusedConv2D: lowerConvolution,
  Conv2D: lowerConvolution,
  FusedDepthwiseConv2dNative: lowerConvolution,
  DepthwiseConv2dNative: lowerConvolution,
  _FusedMatMul: lowerMatMul,
  MatMul: lowerMatMul,
  Add: lowerAdd,
  AddV2: lowerAdd,
  AddN: lowerAdd,
  BiasAdd: lowerAdd,
  Sub: lowerSubtract,
  Mul: lowerMultiply,
  RealDiv: lowerDivide,
  Div: lowerDivide,
  FusedBatchNorm: lowerBatchNorm,
  FusedBatchNormV2: lowerBatchNorm,
  FusedBatchNormV3: lowerBatchNorm,
  Relu: lowerActivation,
  Relu6: lowerActivation,
  Sigmoid: lowerActivation,
  Elu: lowerActivation,
  Tanh: lowerActivation,
  Softmax: lowerSoftmax,
  MaxPool: lowerPool,
  AvgPool: lowerPool,
  Mean: lowerMean,
  Reshape: lowerReshape,
  Squeeze: lowerSqueeze,
  Identity: lowerIdentity,
  Pad: lowerPad,
  PadV2: lowerPad,
  ConcatV2: lowerConcat,
};

/** Whether there may be a kernel for the node, before its shapes are known. */
export const mayBeLowered = (op: string): boolean => Object.hasOwn(READERS, op);

export const lowerNode = (call: NodeCall): Lowered =>
  mayBeLowered(call.node.op) ? READERS[call.node.op]?.(call) : undefined;
