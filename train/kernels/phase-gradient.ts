// One phase of a convolution's input gradient: its taps taken out of the filter, and its result put into dx. Pure.
import type { backend_util } from "@tensorflow/tfjs-core";
import type { Phase } from "./gradient-phases.ts";

/**
 * Fills `taps` [y.taps, x.taps, columns, rows] with the phase's part of `filter`
 * [filterHeight, filterWidth, rows, columns], turned upside down and each tap transposed.
 */
export function flipTaps(
  filter: Float32Array,
  { filterWidth, strideHeight, strideWidth }: backend_util.Conv2DInfo,
  { y, x }: Phase,
  [rows, columns]: readonly [rows: number, columns: number],
  taps: Float32Array,
): void {
  let at = 0;
  for (let i = y.taps - 1; i >= 0; i--) {
    for (let j = x.taps - 1; j >= 0; j--) {
      const tap = (y.firstTap + i * strideHeight) * filterWidth + x.firstTap + j * strideWidth;
      for (let column = 0; column < columns; column++) {
        const from = tap * rows * columns + column;
        for (let row = 0; row < rows; row++) taps[at++] = filter[from + row * columns];
      }
    }
  }
}

/**
 * Copies a phase's convolution `out` [batch, outHeight, outWidth, inChannels * multiplier] to its pixels of `dx`
 * [batch, inHeight, inWidth, inChannels], adding up each input channel's multiples.
 */
export function placePhase(
  out: Float32Array,
  [, outHeight, outWidth, outChannels]: readonly number[],
  { y, x }: Phase,
  { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth }: backend_util.Conv2DInfo,
  dx: Float32Array,
): void {
  const multiplier = outChannels / inChannels;
  for (let image = 0; image < batchSize; image++) {
    for (let line = 0; line < y.count; line++) {
      let from = ((image * outHeight + line + y.skip) * outWidth + x.skip) * outChannels;
      let to = ((image * inHeight + y.first + line * strideHeight) * inWidth + x.first) * inChannels;
      for (let pixel = 0; pixel < x.count; pixel++, to += (strideWidth - 1) * inChannels) {
        const end = to + inChannels;
        if (multiplier === 1) while (to < end) dx[to++] = out[from++];
        for (; to < end; to++) {
          let sum = 0;
          for (let k = 0; k < multiplier; k++) sum += out[from++];
          dx[to] = sum;
        }
      }
    }
  }
}
