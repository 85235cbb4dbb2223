// Matrix products, and convolutions as matrix products, in tiles of up to 6 rows by 8 columns: 12 sums stay in registers, and
// every number of B that is loaded is used 6 times. Few rows are shared evenly among as few tiles as hold them, because a
// tile that is not full takes as long as one that is: 49 are four tiles of 6 and five of 5.
//
// A row is one output pixel. `aRows` and `cRows` hold each row's offset in A and C, so that rows may lie anywhere: in an
// image with borders, or two pixels apart. B is packed in panels of 8 columns, [columns / 8][depth][8], its last panel
// filled with zeros, and so is the bias. Nothing is written outside the rows of C, which are a multiple of 8 numbers wide.
//
// Loads of the next panel are spread over the tiles of one, or the first of its tiles would wait for memory: 6 % of
// MobileNetV2 at 224 pixels. The kernels give back what they come to, so that no engine leaves them out.

import { CLAMP, activate, clamp } from "../activation";
import { madd } from "../madd";
import { fivesOf, offset, rowOf, sixesOf, tilesOf } from "../tiles";

/** C = activation(A B + bias + R), rows of A `depth` numbers each. R, if its address is not 0, has the offsets `rRows`. */
export function multiply(
  rows: i32, columns: i32, depth: i32, a: usize, aRows: usize, b: usize, bias: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, block: i32, activation: i32, low: f32, high: f32,
): i32 {
  return multiplyBlocks(false, rows, columns, depth, 0, 1, a, aRows, b, bias, c, cRows, r, rRows, block, activation, low, high);
}

/** The same for rows of A in `segments` pieces of `depth` numbers, at the offsets `segmentOffsets` from the row's own. */
export function convolve(
  rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, bias: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, block: i32, activation: i32, low: f32, high: f32,
): i32 {
  return multiplyBlocks(true, rows, columns, depth, segmentOffsets, segments, a, aRows, b, bias, c, cRows, r, rRows, block, activation, low, high);
}

// Inlined into both, for what a loop over one segment costs: 8 %. The rows are taken in even blocks of `block` at most, so
// that what is read of A stays in the second cache while the panels of B pass.
@inline
function multiplyBlocks(
  segmented: bool, rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, bias: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, block: i32, activation: i32, low: f32, high: f32,
): i32 {
  const panelBytes = (<usize>depth << 5) * <usize>segments;
  const touches = <usize>(depth >> 2) * <usize>segments;
  const blocks = (rows + block - 1) / block;
  let touched = 0;
  for (let k = 0; k < blocks; k++) {
    const from = rows * k / blocks, to = rows * (k + 1) / blocks;
    const sixesEnd = from + 6 * sixesOf(to - from), fivesEnd = sixesEnd + 5 * fivesOf(to - from);
    // A tile touches once for 128 bytes of its own panel.
    const touchStep = <usize>(128 / tilesOf(to - from)), nextTouch = touchStep * touches;
    let panel = b, panelBias = bias, cp = c, rp = r;
    for (let column = 8; column < columns + 8; column += 8) {
      const next = column < columns ? panel + panelBytes : b;
      let i = from, touch = next;
      for (; i < sixesEnd; i += 6, touch += nextTouch) {
        touched += tile(6, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, panelBias, cp, cRows, rp, rRows, activation, low, high, touch, touchStep);
      }
      for (; i < fivesEnd; i += 5, touch += nextTouch) {
        touched += tile(5, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, panelBias, cp, cRows, rp, rRows, activation, low, high, touch, touchStep);
      }
      for (; i < to; i += 4, touch += nextTouch) {
        touched += tile(4, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, panelBias, cp, cRows, rp, rRows, activation, low, high, touch, touchStep);
      }
      panel += panelBytes; panelBias += 32; cp += 32;
      if (r) rp += 32;
    }
  }
  return touched;
}

// `height` is 6, 5 or 4, and decides when this is compiled.
@inline
function tile(
  height: i32, i: i32, to: i32, segmented: bool, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, panel: usize, panelBias: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, activation: i32, low: f32, high: f32, touch: usize, touchStep: usize,
): i32 {
  const depthBytes = <usize>depth << 2, unrolledBytes = depthBytes & ~15;
  const i1 = rowOf(1, height, i, to), i2 = rowOf(2, height, i, to), i3 = rowOf(3, height, i, to);
  const i4 = height > 4 ? i + 4 : i, i5 = height > 5 ? i + 5 : i;
  const row0 = a + offset(aRows, i), row1 = a + offset(aRows, i1), row2 = a + offset(aRows, i2);
  const row3 = a + offset(aRows, i3), row4 = a + offset(aRows, i4), row5 = a + offset(aRows, i5);
  let c00 = v128.load(panelBias), c01 = v128.load(panelBias, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  let bp = panel, segment = 0, touched = 0;
  let b0: v128, b1: v128, x: v128;
  do {
    let a0 = row0, a1 = row1, a2 = row2, a3 = row3, a4 = row4, a5 = row5;
    if (segmented) {
      const start = offset(segmentOffsets, segment);
      a0 += start; a1 += start; a2 += start; a3 += start; a4 += start; a5 += start;
    }
    const end = a0 + depthBytes, unrolledEnd = a0 + unrolledBytes;
    while (a0 < unrolledEnd) {
      touched += load<u8>(touch); touch += touchStep;
      b0 = v128.load(bp, 0); b1 = v128.load(bp, 16);
      x = v128.load32_splat(a0, 0); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
      x = v128.load32_splat(a1, 0); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      x = v128.load32_splat(a2, 0); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3, 0); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      if (height > 4) { x = v128.load32_splat(a4, 0); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 0); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

      b0 = v128.load(bp, 32); b1 = v128.load(bp, 48);
      x = v128.load32_splat(a0, 4); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
      x = v128.load32_splat(a1, 4); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      x = v128.load32_splat(a2, 4); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3, 4); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      if (height > 4) { x = v128.load32_splat(a4, 4); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 4); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

      b0 = v128.load(bp, 64); b1 = v128.load(bp, 80);
      x = v128.load32_splat(a0, 8); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
      x = v128.load32_splat(a1, 8); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      x = v128.load32_splat(a2, 8); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3, 8); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      if (height > 4) { x = v128.load32_splat(a4, 8); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 8); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

      b0 = v128.load(bp, 96); b1 = v128.load(bp, 112);
      x = v128.load32_splat(a0, 12); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
      x = v128.load32_splat(a1, 12); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      x = v128.load32_splat(a2, 12); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3, 12); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      if (height > 4) { x = v128.load32_splat(a4, 12); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 12); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

      a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16; bp += 128;
    }
    while (a0 < end) {
      b0 = v128.load(bp, 0); b1 = v128.load(bp, 16);
      x = v128.load32_splat(a0, 0); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
      x = v128.load32_splat(a1, 0); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
      x = v128.load32_splat(a2, 0); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
      x = v128.load32_splat(a3, 0); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
      if (height > 4) { x = v128.load32_splat(a4, 0); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 0); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }
      a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4; bp += 32;
    }
  } while (segmented && ++segment < segments);
  let p: usize;
  if (r) {
    p = r + offset(rRows, i); c00 = f32x4.add(c00, v128.load(p)); c01 = f32x4.add(c01, v128.load(p, 16));
    p = r + offset(rRows, i1); c10 = f32x4.add(c10, v128.load(p)); c11 = f32x4.add(c11, v128.load(p, 16));
    p = r + offset(rRows, i2); c20 = f32x4.add(c20, v128.load(p)); c21 = f32x4.add(c21, v128.load(p, 16));
    p = r + offset(rRows, i3); c30 = f32x4.add(c30, v128.load(p)); c31 = f32x4.add(c31, v128.load(p, 16));
    if (height > 4) { p = r + offset(rRows, i4); c40 = f32x4.add(c40, v128.load(p)); c41 = f32x4.add(c41, v128.load(p, 16)); }
    if (height > 5) { p = r + offset(rRows, i5); c50 = f32x4.add(c50, v128.load(p)); c51 = f32x4.add(c51, v128.load(p, 16)); }
  }
  if (activation == CLAMP) {
    const lows = f32x4.splat(low), highs = f32x4.splat(high);
    c00 = clamp(c00, lows, highs); c01 = clamp(c01, lows, highs); c10 = clamp(c10, lows, highs); c11 = clamp(c11, lows, highs);
    c20 = clamp(c20, lows, highs); c21 = clamp(c21, lows, highs); c30 = clamp(c30, lows, highs); c31 = clamp(c31, lows, highs);
    if (height > 4) { c40 = clamp(c40, lows, highs); c41 = clamp(c41, lows, highs); }
    if (height > 5) { c50 = clamp(c50, lows, highs); c51 = clamp(c51, lows, highs); }
  } else if (activation) {
    c00 = activate(c00, activation); c01 = activate(c01, activation); c10 = activate(c10, activation); c11 = activate(c11, activation);
    c20 = activate(c20, activation); c21 = activate(c21, activation); c30 = activate(c30, activation); c31 = activate(c31, activation);
    if (height > 4) { c40 = activate(c40, activation); c41 = activate(c41, activation); }
    if (height > 5) { c50 = activate(c50, activation); c51 = activate(c51, activation); }
  }
  p = c + offset(cRows, i); v128.store(p, c00); v128.store(p, c01, 16);
  p = c + offset(cRows, i1); v128.store(p, c10); v128.store(p, c11, 16);
  p = c + offset(cRows, i2); v128.store(p, c20); v128.store(p, c21, 16);
  p = c + offset(cRows, i3); v128.store(p, c30); v128.store(p, c31, 16);
  if (height > 4) { p = c + offset(cRows, i4); v128.store(p, c40); v128.store(p, c41, 16); }
  if (height > 5) { p = c + offset(cRows, i5); v128.store(p, c50); v128.store(p, c51, 16); }
  return touched;
}
