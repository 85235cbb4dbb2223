// Depthwise convolutions: the fastest kernel that takes the window and the width of the image.

import type { Kernels } from "../../kernels/kernels.ts";
import { packDepthwise } from "../../kernels/pack-panels.ts";
import type { Depthwise, Value } from "../operations/operation.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "./emission.ts";

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
  const { x, y, window, activation } = operation;
  const { stride, pitch } = emission.layoutOf(x);
  const weights = emission.floats(packDepthwise(operation.kernel, operation.bias, stride));
  const a = pixelAddress(emission, x, -window.padding.top, -window.padding.left);
  const made = rowsOf(emission, y);
  const { code, low, high } = activation;
  const [pixelBytes, lineBytes] = [4 * stride, 4 * pitch * stride];
  const [height, width] = window.size;
  const tiled = TILED.find(
    ({ size, stride: step, pixels }) =>
      [height, width].every((side) => side === size) &&
      window.strides.every((side) => side === step) &&
      window.dilations.every((side) => side === 1) &&
      pixels <= y.width,
  );
  if (tiled) {
    const kernel = emission.kernels[tiled.kernel];
    return [
      () =>
        // prettier-ignore
        kernel(y.height, y.width, stride, a, lineBytes, pixelBytes, weights, made.address, made.pitchBytes, code, low, high),
    ];
  }
  const [stepY, stepX] = [window.strides[0] * lineBytes, window.strides[1] * pixelBytes];
  const [tapY, tapX] = [window.dilations[0] * lineBytes, window.dilations[1] * pixelBytes];
  const { depthwise } = emission.kernels;
  return [
    // prettier-ignore
    () =>
      depthwise(
        y.height, y.width, stride, a, stepX, stepY, height, width, tapX, tapY, weights,
        made.address, made.pitchBytes, pixelBytes, code, low, high,
      ),
  ];
}
