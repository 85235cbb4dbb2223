// The calls that an operation comes to, borders of what it makes included.

import { readsOf, writesOf, type Operation } from "../operations/operation.ts";
import { clearBorders } from "./clear-borders.ts";
import { emitConcatenation, emitPad, emitReshape, emitStock } from "./emit-copies.ts";
import { emitConvolution } from "./convolutions/emit-convolution.ts";
import { emitDepthwise } from "./convolutions/emit-depthwise.ts";
import { emitActivate, emitCombination, emitDense, emitGate, emitPool, emitScale, emitSoftmax } from "./emit-rows.ts";
import { emitStrips } from "./convolutions/emit-strips.ts";
import type { Emission, Step } from "./emission.ts";
import { emitToLevels } from "./levels/emit-conversion.ts";
import { emitOnLevels } from "./levels/emit-on-levels.ts";

export function emitOperation(operation: Operation, emission: Emission): Step[] {
  const clears = writesOf(operation).flatMap((value) => clearBorders(value, emission));
  return [...clears, ...emit(operation, emission)];
}

function emit(operation: Operation, emission: Emission): Step[] {
  if (readsOf(operation).some(({ levels }) => levels)) return emitOnLevels(operation, emission);
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
    case "convert":
      return emitToLevels(operation, emission);
    case "pad":
      return emitPad(operation, emission);
    case "concatenation":
      return emitConcatenation(operation, emission);
    case "stock":
      return emitStock(operation, emission);
    case "strips":
      return emitStrips(operation, emission);
  }
}
