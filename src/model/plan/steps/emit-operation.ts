// The calls that an operation comes to, borders of what it makes included.

import type { Operation, Value } from "../operations/operation.ts";
import { writesOf } from "../operations/operation.ts";
import { hasBorders } from "../operations/place-values.ts";
import { emitConcatenation, emitPad, emitReshape, emitStock } from "./emit-copies.ts";
import { emitConvolution } from "./emit-convolution.ts";
import { emitDepthwise } from "./emit-depthwise.ts";
import { emitActivate, emitCombination, emitDense, emitGate, emitPool, emitScale, emitSoftmax } from "./emit-rows.ts";
import type { Emission, Step } from "./emission.ts";

export function emitOperation(operation: Operation, emission: Emission): Step[] {
  const clears = writesOf(operation).flatMap((value) => clearBorders(value, emission));
  return [...clears, ...emit(operation, emission)];
}

function emit(operation: Operation, emission: Emission): Step[] {
  switch (operation.kind) {
    case "convolution":
      return emitConvolution(operation, emission);
    case "depthwise":
      return emitDepthwise(operation, emission);
    case "dense":
      return emitDense(operation, emission);
    case "maxPool":
    case "averagePool":
      return emitPool(operation, emission);
    case "add":
    case "product":
      return emitCombination(operation, emission);
    case "scale":
      return emitScale(operation, emission);
    case "gate":
      return emitGate(operation, emission);
    case "activate":
      return emitActivate(operation, emission);
    case "softmax":
      return emitSoftmax(operation, emission);
    case "reshape":
      return emitReshape(operation, emission);
    case "pad":
      return emitPad(operation, emission);
    case "concatenation":
      return emitConcatenation(operation, emission);
    case "stock":
      return emitStock(operation, emission);
  }
}

/** Before every run, because other values lie in the same memory at other times. */
function clearBorders(value: Value, emission: Emission): Step[] {
  const layout = emission.layoutOf(value);
  if (!hasBorders(layout)) return [];
  const { borders, pitch, stride } = layout;
  const bytes = 4 * stride;
  const start = emission.addressOf(value);
  // The right border of a row and the left one of the next follow each other.
  const before = (borders.top * pitch + borders.left) * bytes;
  const between = (borders.left + borders.right) * bytes;
  const after = (borders.right + borders.bottom * pitch) * bytes;
  const firstGap = start + before + value.width * bytes;
  const end = start + 4 * layout.length - after;
  const { clearRows } = emission.kernels;
  return [
    () => clearRows(1, before, start, 0),
    () => clearRows(value.height - 1, between, firstGap, pitch * bytes),
    () => clearRows(1, after, end, 0),
  ];
}
