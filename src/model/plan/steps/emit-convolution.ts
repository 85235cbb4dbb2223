// Convolutions as matrix products whose rows are output pixels.

import { packPanels, padToPanels } from "../../kernels/pack-panels.ts";
import type { Convolution, Value } from "../operations/operation.ts";
import type { Layout } from "../operations/place-values.ts";
import { pixelAddress, type Emission, type Step } from "./emission.ts";

/** What is read of the image between two passes of the weights stays in half of a second cache of 128 KiB. */
const BLOCK_BYTES = 65_536;
const TILE_ROWS = 6;
const LEAST_ROWS = 30;

export function emitConvolution(operation: Convolution & { y: Value }, emission: Emission): Step[] {
  const { x, y, residual, window, activation } = operation;
  const rows = y.height * y.width;
  const columns = y.channels;
  const { depth, segments } = toSegments(operation, emission.layoutOf(x));
  const panels = emission.floats(packPanels(operation.kernel, operation.kernel.length / columns, columns));
  const bias = emission.floats(padToPanels(operation.bias));
  const { code, low, high } = activation;
  const [strideY, strideX] = window.strides;
  const a = pixelAddress(emission, x, -window.padding.top, -window.padding.left);
  const c = pixelAddress(emission, y);
  const r = residual ? pixelAddress(emission, residual) : 0;
  const { multiply, convolve, dense } = emission.kernels;
  if (rows === 1 && segments.length === 1 && !residual) {
    return [() => dense(columns, depth, a, panels, bias, c, code, low, high)];
  }
  const tableOf = (value: Value, stepY: number, stepX: number) => pixelOffsets(emission, value, y, stepY, stepX);
  const aRows = tableOf(x, strideY, strideX);
  const cRows = tableOf(y, 1, 1);
  const rRows = residual ? tableOf(residual, 1, 1) : 0;
  const block = toBlock(4 * x.channels * strideY * strideX);
  if (segments.length === 1) {
    // prettier-ignore
    return [() => multiply(rows, columns, depth, a, aRows, panels, bias, c, cRows, r, rRows, block, code, low, high)];
  }
  const count = segments.length;
  const starts = emission.offsets(`segments ${segments.join()}`, () => Uint32Array.from(segments));
  return [
    // prettier-ignore
    () => convolve(rows, columns, depth, starts, count, a, aRows, panels, bias, c, cRows, r, rRows, block, code, low, high),
  ];
}

/** What a pixel's window reads: pieces of `depth` numbers that follow each other, at byte offsets from its first. */
function toSegments({ x, window }: Convolution, { stride, pitch }: Layout): { depth: number; segments: number[] } {
  const [height, width] = window.size;
  const [dilationY, dilationX] = window.dilations;
  const lines = Array.from({ length: height }, (_, ky) => 4 * ky * dilationY * pitch * stride);
  if (width === 1 || (stride === x.channels && dilationX === 1)) return { depth: width * x.channels, segments: lines };
  const segments = lines.flatMap((line) =>
    Array.from({ length: width }, (_, kx) => line + 4 * kx * dilationX * stride),
  );
  return { depth: x.channels, segments };
}

/** For each pixel of `made`, the byte offset of the pixel of `value` that it begins at. */
function pixelOffsets(emission: Emission, value: Value, made: Value, stepY: number, stepX: number): number {
  const { stride, pitch } = emission.layoutOf(value);
  const { height, width } = made;
  const [line, pixel] = [4 * stepY * pitch * stride, 4 * stepX * stride];
  return emission.offsets(`pixels ${height} ${width} ${line} ${pixel}`, () =>
    Uint32Array.from({ length: height * width }, (_, i) => Math.floor(i / width) * line + (i % width) * pixel),
  );
}

/** Whole tiles. */
const toBlock = (bytesPerRow: number): number =>
  Math.max(LEAST_ROWS, Math.floor(BLOCK_BYTES / bytesPerRow / TILE_ROWS) * TILE_ROWS);
