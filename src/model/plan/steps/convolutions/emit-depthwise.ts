// Depthwise convolutions: the fastest kernel that takes the window and the width of the image.

import type { Kernels } from "../../../kernels/kernels.ts";
import { packDepthwise } from "../../../kernels/pack-panels.ts";
import type { Depthwise, Value } from "../../operations/operation.ts";
import type { RowRange } from "./emit-convolution.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "../emission.ts";

type Tiled = { size: number; stride: number; pixels: number; kernel: keyof Kernels };

/** Widest step first. */
const TILED: readonly Tiled[] = [
  { size: 3, stride: 1, pixels: 7, kernel: "depthwise3x3Stride1By7" },
  { size: 3, stride: 2, pixels: 7, kernel: "depthwise3x3Stride2By7" },
  { size: 5, stride: 1, pixels: 7, kernel: "depthwise5x5Stride1By7" },
  { size: 5, stride: 2, pixels: 7, kernel: "depthwise5x5Stride2By7" },
  { size: 3, stride: 1, pixels: 3, kernel: "depthwise3x3Stride1By3" },
  { size: 3, stride: 2, pixels: 3, kernel: "depthwise3x3Stride2By3" },
];

export function emitDepthwise(operation: Depthwise & { y: Value }, emission: Emission): Step[] {
  const { y, window } = operation;
  return [filterRows(operation, emission)({ rows: y.height, to: 0, from: -window.padding.top })];
}

/** Packs the weights once, for calls that make some of the rows each. */
export function filterRows(operation: Depthwise & { y: Value }, emission: Emission): (range: RowRange) => Step {
  const { x, y, window, activation } = operation;
  const { stride, pitch } = emission.layoutOf(x);
  const weights = emission.floats(packDepthwise(operation.kernel, operation.bias, stride));
  const { code, low, high } = activation;
  const [pixelBytes, lineBytes] = [4 * stride, 4 * pitch * stride];
  const madeLineBytes = rowsOf(emission, y).pitchBytes;
  const addressesOf = ({ from, to }: RowRange) => ({
    a: pixelAddress(emission, x, from, -window.padding.left),
    c: pixelAddress(emission, y, to),
  });
  const tiled = findTiled(window, y.width);
  if (tiled) {
    const kernel = emission.kernels[tiled];
    return (range) => {
      const { a, c } = addressesOf(range);
      // prettier-ignore
      return () => kernel(range.rows, y.width, stride, a, lineBytes, pixelBytes, weights, c, madeLineBytes, code, low, high);
    };
  }
  const [height, width] = window.size;
  const [stepY, stepX] = [window.strides[0] * lineBytes, window.strides[1] * pixelBytes];
  const [tapY, tapX] = [window.dilations[0] * lineBytes, window.dilations[1] * pixelBytes];
  const { depthwise } = emission.kernels;
  return (range) => {
    const { a, c } = addressesOf(range);
    // prettier-ignore
    return () =>
      depthwise(
        range.rows, y.width, stride, a, stepX, stepY, height, width, tapX, tapY, weights,
        c, madeLineBytes, pixelBytes, code, low, high,
      );
  };
}

function findTiled(window: Depthwise["window"], width: number): keyof Kernels | undefined {
  const isAll = (sides: readonly number[], wanted: number) => sides.every((side) => side === wanted);
  return TILED.find(
    ({ size, stride, pixels }) =>
      isAll(window.size, size) && isAll(window.strides, stride) && isAll(window.dilations, 1) && pixels <= width,
  )?.kernel;
}
