// 3x3 convolutions of stride 1 with fewer multiplications (Lavin & Gray 2015, "Fast Algorithms for Convolutional Neural
// Networks"): windows are transformed to rows of 16 or 36 matrices, the products of these with transformed weights are
// transformed to tiles of 2x2 or 4x4 output pixels. That is 16 multiplications a channel for 36, or 36 for 144.
//
// What is finite stays finite while sums some hundred times as large would. A number that is not makes every pixel that sums
// it NaN or infinite before the activation, as a direct sum would, but also others of the tiles whose windows have it, and
// infinity may become NaN.

import { multiplyPanel } from "./products";
import { pixels2, windows2 } from "./transform-2x2";
import { pixels4, windows4 } from "./transform-4x4";

/** Between matrices, so that what is written to all of them at once does not fall into the same lines of a cache. */
const GAP_BYTES: usize = 64;

/** `block` tiles, and `group` panels of 8 columns, at a time. `x` is the first pixel of the first window, and the image's
 * borders reach as far as whole tiles do. Weights are [columns / 8 / group][16 or 36][group][channels][8], of as many
 * channels as x has, a multiple of 4. R is added if its address is not 0.
 *
 * `scratch` holds 36 vectors, then 16 or 36 matrices of `block` + 3 rows of `channels` numbers, then as many of `block` + 3
 * rows of 8 for each panel of a group; every matrix with 64 bytes behind it. */
export function winograd(
  tile: i32, block: i32, group: i32, height: i32, width: i32, channels: i32, columns: i32,
  x: usize, xPitch: usize, xPixelBytes: usize, weights: usize, bias: usize, scratch: usize,
  y: usize, yPitch: usize, yPixelBytes: usize, r: usize, rPitch: usize, rPixelBytes: usize,
  activation: i32, low: f32, high: f32,
): void {
  const across = (width + tile - 1) / tile, tiles = across * ((height + tile - 1) / tile);
  const count = (tile + 2) * (tile + 2);
  const rowBytes = <usize>channels << 2, panelBytes = rowBytes << 3;
  const matrixBytes = <usize>(block + 3) * rowBytes + GAP_BYTES, productBytes = (<usize>(block + 3) << 5) + GAP_BYTES;
  const matrices = scratch + 36 * 16, products = matrices + <usize>count * matrixBytes;
  for (let first = 0; first < tiles; first += block) {
    const rows = min(block, tiles - first);
    if (tile == 4) windows4(first, rows, across, channels, x, xPitch, xPixelBytes, matrices, matrixBytes, scratch);
    else windows2(first, rows, across, channels, x, xPitch, xPixelBytes, matrices, matrixBytes, scratch);
    let panel = weights, channel: usize = 0;
    for (let column = 0; column < columns; column += group << 3) {
      const panels = min(group, (columns - column + 7) >> 3);
      for (let i = 0; i < count; i++) {
        let product = products + <usize>i * productBytes;
        for (let j = 0; j < panels; j++) {
          multiplyPanel(rows, channels, matrices + <usize>i * matrixBytes, rowBytes, panel, product);
          panel += panelBytes; product += <usize>count * productBytes;
        }
      }
      for (let j = 0; j < panels; j++) {
        const product = products + <usize>(j * count) * productBytes, residual: usize = r ? r + channel : 0;
        if (tile == 4) pixels4(first, rows, across, product, productBytes, scratch, bias + channel, y + channel, yPitch, yPixelBytes, height, width, residual, rPitch, rPixelBytes, activation, low, high);
        else pixels2(first, rows, across, product, productBytes, scratch, bias + channel, y + channel, yPitch, yPixelBytes, height, width, residual, rPitch, rPixelBytes, activation, low, high);
        channel += 32;
      }
    }
  }
}
