// Where the windows of a convolution begin and what they read, in bytes: rows of a matrix product that lie in an image.

import { bytesOf, type Convolution, type Value } from "../../operations/operation.ts";
import type { Layout } from "../../operations/place-values.ts";
import type { Emission } from "../emission.ts";

/** What is read of the image between two passes of the weights stays in half of a second cache of 512 KiB. */
const BLOCK_BYTES = 262_144;
const TILE_ROWS = 6;
const LEAST_ROWS = 30;

/** What a pixel's window reads: pieces of `depth` numbers that follow each other, at byte offsets from its first. */
export function toSegments(
  { x, window }: Pick<Convolution, "x" | "window">,
  { stride, pitch }: Layout,
): { depth: number; segments: number[] } {
  const bytes = bytesOf(x);
  const [height, width] = window.size;
  const [dilationY, dilationX] = window.dilations;
  const lines = Array.from({ length: height }, (_, ky) => bytes * ky * dilationY * pitch * stride);
  if (width === 1 || (stride === x.channels && dilationX === 1)) return { depth: width * x.channels, segments: lines };
  const segments = lines.flatMap((line) =>
    Array.from({ length: width }, (_, kx) => line + bytes * kx * dilationX * stride),
  );
  return { depth: x.channels, segments };
}

type Grid = { height: number; width: number; stepY: number; stepX: number };

/** For each pixel of a grid, the byte offset of the pixel of `value` that it begins at. */
export function pixelOffsets(emission: Emission, value: Value, { height, width, stepY, stepX }: Grid): number {
  const { stride, pitch } = emission.layoutOf(value);
  const [line, pixel] = [bytesOf(value) * stepY * pitch * stride, bytesOf(value) * stepX * stride];
  return emission.offsets(`pixels ${height} ${width} ${line} ${pixel}`, () =>
    Uint32Array.from({ length: height * width }, (_, i) => Math.floor(i / width) * line + (i % width) * pixel),
  );
}

/** Whole tiles. */
export const toBlock = (bytesPerRow: number): number =>
  Math.max(LEAST_ROWS, Math.floor(BLOCK_BYTES / bytesPerRow / TILE_ROWS) * TILE_ROWS);
