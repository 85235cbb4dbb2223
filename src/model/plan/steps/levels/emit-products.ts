// Convolutions and matrix products of levels by weights of 8 bits.

import type { Levels } from "../../../../bundle/quantisation.ts";
import {
  packDepthwiseColumns,
  packDepthwiseTaps,
  packLevelPanels,
  packScales,
  toDotDepth,
  toEightBits,
} from "../../../kernels/pack-levels.ts";
import type { Convolution, Dense, Depthwise, Value } from "../../operations/operation.ts";
import type { RowRange } from "../convolutions/emit-convolution.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "../emission.ts";
import { pixelOffsets, toBlock, toSegments } from "../convolutions/window-offsets.ts";
import { toBounds, toDequantisation, toRequantisation } from "./requantisation.ts";

/** The most that the second operand of a relaxed dot product may be. */
const SEVEN_BITS = 127;

export function emitConvolutionOfLevels(operation: Convolution & { y: Value }, emission: Emission): Step[] {
  const { y, window } = operation;
  return [convolveLevelRows(operation, emission, y.height)({ rows: y.height, to: 0, from: -window.padding.top })];
}

/** As `convolveRows`. */
export function convolveLevelRows(
  operation: Convolution & { y: Value },
  emission: Emission,
  mostRows: number,
): (range: RowRange) => Step {
  const { x, y, residual, window, bias, activation } = operation;
  const [read, made] = [x, y].map(({ levels }) => levels as Levels);
  const added = residual?.levels;
  const { width, channels: columns } = y;
  const { depth, segments } = toSegments(operation, emission.layoutOf(x));
  const kernel = toEightBits(operation.kernel, columns);
  const requantisation = toRequantisation({ kernel, bias, x: read, y: made, ...(added && { residual: added }) });
  const panels = emission.bytes(packLevelPanels(requantisation.weights, segments.length, columns));
  const scales = emission.floats(packScales(requantisation));
  const { lowest, highest } = toBounds(activation, made);
  const [strideY, strideX] = window.strides;
  const tableOf = (value: Value, stepY: number, stepX: number) =>
    pixelOffsets(emission, value, { height: mostRows, width, stepY, stepX });
  const aRows = tableOf(x, strideY, strideX);
  const cRows = tableOf(y, 1, 1);
  const rRows = residual ? tableOf(residual, 1, 1) : 0;
  const residualScale = added ? added.scale / made.scale : 0;
  const block = toBlock(x.channels * strideY * strideX);
  const count = segments.length;
  const starts = emission.offsets(`segments ${segments.join()}`, () => Uint32Array.from(segments));
  const { multiplyLevels, multiplyWideLevels } = emission.kernels;
  const multiply = read.highest > SEVEN_BITS ? multiplyWideLevels : multiplyLevels;
  const filled = toDotDepth(depth);
  const left = window.padding.left;
  return ({ rows, from, to }) => {
    const pixels = rows * width;
    const [a, c] = [pixelAddress(emission, x, from, -left), pixelAddress(emission, y, to)];
    const r = residual ? pixelAddress(emission, residual, to) : 0;
    return () =>
      // prettier-ignore
      multiply(
        pixels, columns, filled, starts, count, a, aRows, panels, scales, c, cRows, r, rRows, residualScale, block, lowest, highest,
      );
  };
}

export function emitDepthwiseOfLevels(operation: Depthwise & { y: Value }, emission: Emission): Step[] {
  const { y, window } = operation;
  return [filterLevelRows(operation, emission)({ rows: y.height, to: 0, from: -window.padding.top })];
}

/** As `filterRows`. */
export function filterLevelRows(operation: Depthwise & { y: Value }, emission: Emission): (range: RowRange) => Step {
  const { x, y, window, bias, activation } = operation;
  const [read, made] = [x, y].map(({ levels }) => levels as Levels);
  const { stride, pitch } = emission.layoutOf(x);
  const kernel = toEightBits(operation.kernel, x.channels);
  const requantisation = toRequantisation({ kernel, bias, x: read, y: made });
  const { lowest, highest } = toBounds(activation, made);
  const { pitchBytes } = rowsOf(emission, y);
  const addressesOf = ({ from, to }: RowRange) => ({
    a: pixelAddress(emission, x, from, -window.padding.left),
    c: pixelAddress(emission, y, to),
  });
  const line = pitch * stride;
  const [step] = window.strides;
  const { width } = y;
  const isTiled =
    emission.kernels.hasDotProducts() !== 0 &&
    read.highest <= SEVEN_BITS &&
    window.size.every((side) => side === 3) &&
    window.dilations.every((side) => side === 1) &&
    step <= 2 &&
    window.strides[1] === step;
  if (isTiled) {
    const weights = emission.bytes(packDepthwiseColumns(requantisation.weights, requantisation));
    const { depthwiseLevels3x3Stride1, depthwiseLevels3x3Stride2 } = emission.kernels;
    const tiled = step === 1 ? depthwiseLevels3x3Stride1 : depthwiseLevels3x3Stride2;
    return (range) => {
      const { a, c } = addressesOf(range);
      return () => tiled(range.rows, width, stride, a, line, weights, c, pitchBytes, lowest, highest);
    };
  }
  const weights = emission.bytes(packDepthwiseTaps(requantisation.weights, requantisation));
  const [stepY, stepX] = [window.strides[0] * line, window.strides[1] * stride];
  const [tapY, tapX] = [window.dilations[0] * line, window.dilations[1] * stride];
  const [windowHeight, windowWidth] = window.size;
  const { depthwiseLevels } = emission.kernels;
  return (range) => {
    const { a, c } = addressesOf(range);
    return () =>
      // prettier-ignore
      depthwiseLevels(
        range.rows, width, stride, a, stepX, stepY, windowHeight, windowWidth, tapX, tapY, weights, c, pitchBytes, lowest, highest,
      );
  };
}

/** To numbers: what a classifier ends in is not rounded again. */
export function emitDenseOfLevels(
  { x, y, kernel, bias, activation }: Dense & { y: Value },
  emission: Emission,
): Step[] {
  const [columns, depth] = [y.channels, toDotDepth(x.channels)];
  const read = x.levels as Levels;
  const eightBits = toEightBits(kernel, columns);
  const panels = emission.bytes(packLevelPanels(eightBits.values, 1, columns));
  const scales = emission.floats(packScales(toDequantisation({ kernel: eightBits, bias, x: read })));
  const [a, c] = [pixelAddress(emission, x), pixelAddress(emission, y)];
  const { code, low, high } = activation;
  const { denseLevels, denseWideLevels } = emission.kernels;
  const dense = read.highest > SEVEN_BITS ? denseWideLevels : denseLevels;
  return [() => dense(columns, depth, a, panels, scales, c, code, low, high)];
}
