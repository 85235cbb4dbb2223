// The calls that an operation on levels comes to.

import type { Operation } from "../../operations/operation.ts";
import { emitStrips } from "../convolutions/emit-strips.ts";
import { emitReshape } from "../emit-copies.ts";
import type { Emission, Step } from "../emission.ts";
import { emitAddOfLevels, emitPoolOfLevels, emitToNumbers } from "./emit-conversion.ts";
import { emitConvolutionOfLevels, emitDenseOfLevels, emitDepthwiseOfLevels } from "./emit-products.ts";

export function emitOnLevels(operation: Operation, emission: Emission): Step[] {
  switch (operation.kind) {
    case "convolution":
      return emitConvolutionOfLevels(operation, emission);
    case "depthwise":
      return emitDepthwiseOfLevels(operation, emission);
    case "dense":
      return emitDenseOfLevels(operation, emission);
    case "maxPool":
    case "averagePool":
      return emitPoolOfLevels(operation, emission);
    case "add":
      return emitAddOfLevels(operation, emission);
    case "reshape":
      return emitReshape(operation, emission);
    case "convert":
      return emitToNumbers(operation, emission);
    case "strips":
      return emitStrips(operation, emission);
    case "product":
    case "scale":
    case "gate":
    case "activate":
    case "softmax":
    case "pad":
    case "concatenation":
    case "stock":
      throw new Error(`no kernel makes a ${operation.kind} of levels`);
  }
}
