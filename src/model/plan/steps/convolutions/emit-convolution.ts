// Convolutions as matrix products whose rows are output pixels.

import { packPanels, padToPanels } from "../../../kernels/pack-panels.ts";
import type { Convolution, Value } from "../../operations/operation.ts";
import { pixelAddress, type Emission, type Step } from "../emission.ts";
import { emitWinograd } from "./winograd/emit-winograd.ts";
import { pixelOffsets, toBlock, toSegments } from "./window-offsets.ts";

/** Some rows of what an operation makes: how many, the row of `y` that is the first, and the row of `x` its window begins at. */
export type RowRange = { rows: number; to: number; from: number };

export function emitConvolution(operation: Convolution & { y: Value }, emission: Emission): Step[] {
  const { y, window, winograd } = operation;
  if (winograd) return [emitWinograd({ ...operation, winograd }, emission)];
  return [convolveRows(operation, emission, y.height)({ rows: y.height, to: 0, from: -window.padding.top })];
}

/** Packs the weights once, for calls that make up to `mostRows` rows each. The residual is read where `y` is written. */
export function convolveRows(
  operation: Convolution & { y: Value },
  emission: Emission,
  mostRows: number,
): (range: RowRange) => Step {
  const { x, y, residual, window, activation } = operation;
  const { width, channels: columns } = y;
  const { depth, segments } = toSegments(operation, emission.layoutOf(x));
  const panels = emission.floats(packPanels(operation.kernel, operation.kernel.length / columns, columns));
  const bias = emission.floats(padToPanels(operation.bias));
  const { code, low, high } = activation;
  const [strideY, strideX] = window.strides;
  const { multiply, convolve, dense } = emission.kernels;
  const addressesOf = ({ from, to }: RowRange) => ({
    a: pixelAddress(emission, x, from, -window.padding.left),
    c: pixelAddress(emission, y, to),
    r: residual ? pixelAddress(emission, residual, to) : 0,
  });
  if (mostRows * width === 1 && segments.length === 1 && !residual) {
    return (range) => {
      const { a, c } = addressesOf(range);
      return () => dense(columns, depth, a, panels, bias, c, code, low, high);
    };
  }
  const tableOf = (value: Value, stepY: number, stepX: number) =>
    pixelOffsets(emission, value, { height: mostRows, width, stepY, stepX });
  const aRows = tableOf(x, strideY, strideX);
  const cRows = tableOf(y, 1, 1);
  const rRows = residual ? tableOf(residual, 1, 1) : 0;
  const block = toBlock(4 * x.channels * strideY * strideX);
  const count = segments.length;
  if (count === 1) {
    return (range) => {
      const pixels = range.rows * width;
      const { a, c, r } = addressesOf(range);
      // prettier-ignore
      return () => multiply(pixels, columns, depth, a, aRows, panels, bias, c, cRows, r, rRows, block, code, low, high);
    };
  }
  const starts = emission.offsets(`segments ${segments.join()}`, () => Uint32Array.from(segments));
  return (range) => {
    const pixels = range.rows * width;
    const { a, c, r } = addressesOf(range);
    return () =>
      // prettier-ignore
      convolve(pixels, columns, depth, starts, count, a, aRows, panels, bias, c, cRows, r, rRows, block, code, low, high);
  };
}
