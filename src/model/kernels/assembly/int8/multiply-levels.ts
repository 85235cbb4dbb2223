// Matrix products, and convolutions as matrix products, of levels by weights of 8 bits, in tiles of up to 6 rows by 8 columns;
// the sums become levels before they are stored. Rows, tiles, segments, tables and touched panels are as in ../float/multiply.ts, in
// bytes.
//
// B is [columns / 8][depth / 4][8][4], its last panel filled with zeros, and `depth` is a multiple of 4: what is read of A
// beyond a segment is multiplied by zeros. `scales` has for each panel 8 multipliers and 8 whole numbers at which the sums
// begin. R is levels too, and `residualScale` makes levels of C of them.

import { fivesOf, offset, rowOf, sixesOf, tilesOf } from "../tiles";
import { bounded, dot, narrowed, scaled, withHigh, withLow } from "./levels";
import { multiplyWideLevels } from "./multiply-wide-levels";

/** Levels of A have at most 7 bits. */
export function multiplyLevels(
  rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, scales: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, block: i32, low: i32, high: i32,
): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    multiplyWideLevels(rows, columns, depth, segmentOffsets, segments, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
    return 0;
  }
  if (segments == 1) {
    return multiplyBlocks(false, rows, columns, depth, 0, 1, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
  }
  return multiplyBlocks(true, rows, columns, depth, segmentOffsets, segments, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
}

// Inlined for one segment and for several, as in ../float/multiply.ts and for the same reasons.
@inline
function multiplyBlocks(
  segmented: bool, rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, scales: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, block: i32, low: i32, high: i32,
): i32 {
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high);
  const panelBytes = (<usize>depth << 3) * <usize>segments;
  const touches = <usize>(depth >> 4) * <usize>segments;
  const blocks = (rows + block - 1) / block;
  let touched = 0;
  for (let k = 0; k < blocks; k++) {
    const from = rows * k / blocks, to = rows * (k + 1) / blocks;
    const sixesEnd = from + 6 * sixesOf(to - from), fivesEnd = sixesEnd + 5 * fivesOf(to - from);
    const touchStep = <usize>(128 / tilesOf(to - from)), nextTouch = touchStep * touches;
    let panel = b, scale = scales, cp = c, rp = r;
    for (let column = 8; column < columns + 8; column += 8) {
      let i = from, touch = column < columns ? panel + panelBytes : b;
      for (; i < sixesEnd; i += 6, touch += nextTouch) {
        touched += tile(6, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, scale, cp, cRows, rp, rRows, residualScale, lowest, highest, touch, touchStep);
      }
      for (; i < fivesEnd; i += 5, touch += nextTouch) {
        touched += tile(5, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, scale, cp, cRows, rp, rRows, residualScale, lowest, highest, touch, touchStep);
      }
      for (; i < to; i += 4, touch += nextTouch) {
        touched += tile(4, i, to, segmented, depth, segmentOffsets, segments, a, aRows, panel, scale, cp, cRows, rp, rRows, residualScale, lowest, highest, touch, touchStep);
      }
      panel += panelBytes; scale += 64; cp += 8;
      if (r) rp += 8;
    }
  }
  return touched;
}

// `height` is as in ../float/multiply.ts.
@inline
function tile(
  height: i32, i: i32, to: i32, segmented: bool, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, panel: usize, scale: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, lowest: v128, highest: v128, touch: usize, touchStep: usize,
): i32 {
  const depthBytes = <usize>depth, unrolledBytes = depthBytes & ~15;
  const i1 = rowOf(1, height, i, to), i2 = rowOf(2, height, i, to), i3 = rowOf(3, height, i, to);
  const i4 = height > 4 ? i + 4 : i, i5 = height > 5 ? i + 5 : i;
  const row0 = a + offset(aRows, i), row1 = a + offset(aRows, i1), row2 = a + offset(aRows, i2);
  const row3 = a + offset(aRows, i3), row4 = a + offset(aRows, i4), row5 = a + offset(aRows, i5);
  let c00 = v128.load(scale, 32), c01 = v128.load(scale, 48);
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
      x = v128.load32_splat(a0, 0); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
      x = v128.load32_splat(a1, 0); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
      x = v128.load32_splat(a2, 0); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
      x = v128.load32_splat(a3, 0); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
      if (height > 4) { x = v128.load32_splat(a4, 0); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 0); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51); }

      b0 = v128.load(bp, 32); b1 = v128.load(bp, 48);
      x = v128.load32_splat(a0, 4); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
      x = v128.load32_splat(a1, 4); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
      x = v128.load32_splat(a2, 4); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
      x = v128.load32_splat(a3, 4); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
      if (height > 4) { x = v128.load32_splat(a4, 4); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 4); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51); }

      b0 = v128.load(bp, 64); b1 = v128.load(bp, 80);
      x = v128.load32_splat(a0, 8); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
      x = v128.load32_splat(a1, 8); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
      x = v128.load32_splat(a2, 8); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
      x = v128.load32_splat(a3, 8); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
      if (height > 4) { x = v128.load32_splat(a4, 8); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 8); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51); }

      b0 = v128.load(bp, 96); b1 = v128.load(bp, 112);
      x = v128.load32_splat(a0, 12); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
      x = v128.load32_splat(a1, 12); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
      x = v128.load32_splat(a2, 12); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
      x = v128.load32_splat(a3, 12); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
      if (height > 4) { x = v128.load32_splat(a4, 12); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 12); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51); }

      a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16; bp += 128;
    }
    while (a0 < end) {
      b0 = v128.load(bp, 0); b1 = v128.load(bp, 16);
      x = v128.load32_splat(a0, 0); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
      x = v128.load32_splat(a1, 0); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
      x = v128.load32_splat(a2, 0); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
      x = v128.load32_splat(a3, 0); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
      if (height > 4) { x = v128.load32_splat(a4, 0); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41); }
      if (height > 5) { x = v128.load32_splat(a5, 0); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51); }
      a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4; bp += 32;
    }
  } while (segmented && ++segment < segments);
  b0 = v128.load(scale); b1 = v128.load(scale, 16);
  c00 = scaled(c00, b0); c01 = scaled(c01, b1); c10 = scaled(c10, b0); c11 = scaled(c11, b1);
  c20 = scaled(c20, b0); c21 = scaled(c21, b1); c30 = scaled(c30, b0); c31 = scaled(c31, b1);
  if (height > 4) { c40 = scaled(c40, b0); c41 = scaled(c41, b1); }
  if (height > 5) { c50 = scaled(c50, b0); c51 = scaled(c51, b1); }
  if (r) {
    const factors = f32x4.splat(residualScale);
    x = v128.load8x8_u(r + offset(rRows, i)); c00 = withLow(c00, x, factors); c01 = withHigh(c01, x, factors);
    x = v128.load8x8_u(r + offset(rRows, i1)); c10 = withLow(c10, x, factors); c11 = withHigh(c11, x, factors);
    x = v128.load8x8_u(r + offset(rRows, i2)); c20 = withLow(c20, x, factors); c21 = withHigh(c21, x, factors);
    x = v128.load8x8_u(r + offset(rRows, i3)); c30 = withLow(c30, x, factors); c31 = withHigh(c31, x, factors);
    if (height > 4) { x = v128.load8x8_u(r + offset(rRows, i4)); c40 = withLow(c40, x, factors); c41 = withHigh(c41, x, factors); }
    if (height > 5) { x = v128.load8x8_u(r + offset(rRows, i5)); c50 = withLow(c50, x, factors); c51 = withHigh(c51, x, factors); }
  }
  x = bounded(narrowed(c00, c01), narrowed(c10, c11), lowest, highest);
  v128.store64_lane(c + offset(cRows, i), x, 0); v128.store64_lane(c + offset(cRows, i1), x, 1);
  x = bounded(narrowed(c20, c21), narrowed(c30, c31), lowest, highest);
  v128.store64_lane(c + offset(cRows, i2), x, 0); v128.store64_lane(c + offset(cRows, i3), x, 1);
  if (height > 4) {
    x = bounded(narrowed(c40, c41), narrowed(c50, c51), lowest, highest);
    v128.store64_lane(c + offset(cRows, i4), x, 0);
    if (height > 5) v128.store64_lane(c + offset(cRows, i5), x, 1);
  }
  return touched;
}
