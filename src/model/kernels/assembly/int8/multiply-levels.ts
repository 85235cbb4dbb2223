// Matrix products, and convolutions as matrix products, of levels by weights of 8 bits, in tiles of 6 rows by 8 columns; the
// sums become levels before they are stored. Rows, segments and tables are as in ../multiply.ts, in bytes.
//
// B is [columns / 8][depth / 4][8][4], its last panel filled with zeros, and `depth` is a multiple of 4: what is read of A
// beyond a segment is multiplied by zeros. `scales` has for each panel 8 multipliers and 8 offsets. R is levels too, and
// `residualScale` makes levels of C of them.

import { bounded, dot, narrowed, pairs, scaled, withHigh, withLow } from "./levels";

/** Levels of A have at most 7 bits. */
export function multiplyLevels(
  rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, scales: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, block: i32, low: i32, high: i32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    multiplyWideLevels(rows, columns, depth, segmentOffsets, segments, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
  } else if (segments == 1) {
    tiles(false, rows, columns, depth, 0, 1, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
  } else {
    tiles(true, rows, columns, depth, segmentOffsets, segments, a, aRows, b, scales, c, cRows, r, rRows, residualScale, block, low, high);
  }
}

// Inlined into both, as in ../multiply.ts and for the same reasons.
@inline
function tiles(
  segmented: bool, rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, scales: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, block: i32, low: i32, high: i32,
): void {
  const depthBytes = <usize>depth, unrolledBytes = depthBytes & ~15;
  const panelBytes = (depthBytes << 3) * <usize>segments;
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high), factors = f32x4.splat(residualScale);
  const last = rows - 1;
  for (let from = 0; from < rows; from += block) {
    const to = min(from + block, rows);
    let panel = b, scale = scales, column: usize = 0;
    for (let j = 0; j < columns; j += 8) {
      for (let i = from; i < to; i += 6) {
        const i1 = min(i + 1, last), i2 = min(i + 2, last), i3 = min(i + 3, last), i4 = min(i + 4, last), i5 = min(i + 5, last);
        const row0 = a + offset(aRows, i), row1 = a + offset(aRows, i1), row2 = a + offset(aRows, i2);
        const row3 = a + offset(aRows, i3), row4 = a + offset(aRows, i4), row5 = a + offset(aRows, i5);
        let c00 = i32x4.splat(0);
        let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
        let bp = panel, segment = 0;
        let b0: v128, b1: v128, x: v128;
        do {
          let a0 = row0, a1 = row1, a2 = row2, a3 = row3, a4 = row4, a5 = row5;
          if (segmented) {
            const start = offset(segmentOffsets, segment);
            a0 += start; a1 += start; a2 += start; a3 += start; a4 += start; a5 += start;
          }
          const end = a0 + depthBytes, unrolledEnd = a0 + unrolledBytes;
          while (a0 < unrolledEnd) {
            b0 = v128.load(bp, 0); b1 = v128.load(bp, 16);
            x = v128.load32_splat(a0, 0); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
            x = v128.load32_splat(a1, 0); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
            x = v128.load32_splat(a2, 0); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
            x = v128.load32_splat(a3, 0); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
            x = v128.load32_splat(a4, 0); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41);
            x = v128.load32_splat(a5, 0); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51);

            b0 = v128.load(bp, 32); b1 = v128.load(bp, 48);
            x = v128.load32_splat(a0, 4); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
            x = v128.load32_splat(a1, 4); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
            x = v128.load32_splat(a2, 4); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
            x = v128.load32_splat(a3, 4); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
            x = v128.load32_splat(a4, 4); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41);
            x = v128.load32_splat(a5, 4); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51);

            b0 = v128.load(bp, 64); b1 = v128.load(bp, 80);
            x = v128.load32_splat(a0, 8); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
            x = v128.load32_splat(a1, 8); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
            x = v128.load32_splat(a2, 8); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
            x = v128.load32_splat(a3, 8); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
            x = v128.load32_splat(a4, 8); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41);
            x = v128.load32_splat(a5, 8); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51);

            b0 = v128.load(bp, 96); b1 = v128.load(bp, 112);
            x = v128.load32_splat(a0, 12); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
            x = v128.load32_splat(a1, 12); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
            x = v128.load32_splat(a2, 12); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
            x = v128.load32_splat(a3, 12); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
            x = v128.load32_splat(a4, 12); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41);
            x = v128.load32_splat(a5, 12); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51);

            a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16; bp += 128;
          }
          while (a0 < end) {
            b0 = v128.load(bp, 0); b1 = v128.load(bp, 16);
            x = v128.load32_splat(a0, 0); c00 = dot(b0, x, c00); c01 = dot(b1, x, c01);
            x = v128.load32_splat(a1, 0); c10 = dot(b0, x, c10); c11 = dot(b1, x, c11);
            x = v128.load32_splat(a2, 0); c20 = dot(b0, x, c20); c21 = dot(b1, x, c21);
            x = v128.load32_splat(a3, 0); c30 = dot(b0, x, c30); c31 = dot(b1, x, c31);
            x = v128.load32_splat(a4, 0); c40 = dot(b0, x, c40); c41 = dot(b1, x, c41);
            x = v128.load32_splat(a5, 0); c50 = dot(b0, x, c50); c51 = dot(b1, x, c51);
            a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4; bp += 32;
          }
        } while (segmented && ++segment < segments);
        const m0 = v128.load(scale), m1 = v128.load(scale, 16);
        b0 = v128.load(scale, 32); b1 = v128.load(scale, 48);
        c00 = scaled(c00, m0, b0); c01 = scaled(c01, m1, b1);
        c10 = scaled(c10, m0, b0); c11 = scaled(c11, m1, b1);
        c20 = scaled(c20, m0, b0); c21 = scaled(c21, m1, b1);
        c30 = scaled(c30, m0, b0); c31 = scaled(c31, m1, b1);
        c40 = scaled(c40, m0, b0); c41 = scaled(c41, m1, b1);
        c50 = scaled(c50, m0, b0); c51 = scaled(c51, m1, b1);
        if (r) {
          const rp = r + column;
          x = v128.load8x8_u(rp + offset(rRows, i)); c00 = withLow(c00, x, factors); c01 = withHigh(c01, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i1)); c10 = withLow(c10, x, factors); c11 = withHigh(c11, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i2)); c20 = withLow(c20, x, factors); c21 = withHigh(c21, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i3)); c30 = withLow(c30, x, factors); c31 = withHigh(c31, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i4)); c40 = withLow(c40, x, factors); c41 = withHigh(c41, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i5)); c50 = withLow(c50, x, factors); c51 = withHigh(c51, x, factors);
        }
        const cp = c + column;
        x = bounded(narrowed(c00, c01), narrowed(c10, c11), lowest, highest);
        v128.store64_lane(cp + offset(cRows, i), x, 0); v128.store64_lane(cp + offset(cRows, i1), x, 1);
        x = bounded(narrowed(c20, c21), narrowed(c30, c31), lowest, highest);
        v128.store64_lane(cp + offset(cRows, i2), x, 0); v128.store64_lane(cp + offset(cRows, i3), x, 1);
        x = bounded(narrowed(c40, c41), narrowed(c50, c51), lowest, highest);
        v128.store64_lane(cp + offset(cRows, i4), x, 0); v128.store64_lane(cp + offset(cRows, i5), x, 1);
      }
      panel += panelBytes; scale += 64; column += 8;
    }
  }
}

/**
 * The same for levels of 8 bits: products of 16 bits, in tiles of 3 rows by 8 columns, because each column has two sums
 * until the end.
 */
export function multiplyWideLevels(
  rows: i32, columns: i32, depth: i32, segmentOffsets: usize, segments: i32, a: usize, aRows: usize, b: usize, scales: usize,
  c: usize, cRows: usize, r: usize, rRows: usize, residualScale: f32, block: i32, low: i32, high: i32,
): void {
  const depthBytes = <usize>depth, panelBytes = (depthBytes << 3) * <usize>segments;
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high), factors = f32x4.splat(residualScale);
  const last = rows - 1;
  for (let from = 0; from < rows; from += block) {
    const to = min(from + block, rows);
    let panel = b, scale = scales, column: usize = 0;
    for (let j = 0; j < columns; j += 8) {
      for (let i = from; i < to; i += 3) {
        const i1 = min(i + 1, last), i2 = min(i + 2, last);
        const row0 = a + offset(aRows, i), row1 = a + offset(aRows, i1), row2 = a + offset(aRows, i2);
        let c00 = i32x4.splat(0);
        let c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00, c20 = c00, c21 = c00, c22 = c00, c23 = c00;
        let bp = panel;
        let b0: v128, b1: v128, b2: v128, b3: v128, x: v128;
        for (let segment = 0; segment < segments; segment++) {
          const start = segments == 1 ? 0 : offset(segmentOffsets, segment);
          let a0 = row0 + start, a1 = row1 + start, a2 = row2 + start;
          const end = a0 + depthBytes;
          while (a0 < end) {
            x = v128.load(bp); b0 = i16x8.extend_low_i8x16_s(x); b1 = i16x8.extend_high_i8x16_s(x);
            x = v128.load(bp, 16); b2 = i16x8.extend_low_i8x16_s(x); b3 = i16x8.extend_high_i8x16_s(x);
            x = i16x8.extend_low_i8x16_u(v128.load32_splat(a0));
            c00 = i32x4.add(c00, i32x4.dot_i16x8_s(b0, x)); c01 = i32x4.add(c01, i32x4.dot_i16x8_s(b1, x)); c02 = i32x4.add(c02, i32x4.dot_i16x8_s(b2, x)); c03 = i32x4.add(c03, i32x4.dot_i16x8_s(b3, x));
            x = i16x8.extend_low_i8x16_u(v128.load32_splat(a1));
            c10 = i32x4.add(c10, i32x4.dot_i16x8_s(b0, x)); c11 = i32x4.add(c11, i32x4.dot_i16x8_s(b1, x)); c12 = i32x4.add(c12, i32x4.dot_i16x8_s(b2, x)); c13 = i32x4.add(c13, i32x4.dot_i16x8_s(b3, x));
            x = i16x8.extend_low_i8x16_u(v128.load32_splat(a2));
            c20 = i32x4.add(c20, i32x4.dot_i16x8_s(b0, x)); c21 = i32x4.add(c21, i32x4.dot_i16x8_s(b1, x)); c22 = i32x4.add(c22, i32x4.dot_i16x8_s(b2, x)); c23 = i32x4.add(c23, i32x4.dot_i16x8_s(b3, x));
            a0 += 4; a1 += 4; a2 += 4; bp += 32;
          }
        }
        const m0 = v128.load(scale), m1 = v128.load(scale, 16);
        b0 = v128.load(scale, 32); b1 = v128.load(scale, 48);
        c00 = scaled(pairs(c00, c01), m0, b0); c01 = scaled(pairs(c02, c03), m1, b1);
        c10 = scaled(pairs(c10, c11), m0, b0); c11 = scaled(pairs(c12, c13), m1, b1);
        c20 = scaled(pairs(c20, c21), m0, b0); c21 = scaled(pairs(c22, c23), m1, b1);
        if (r) {
          const rp = r + column;
          x = v128.load8x8_u(rp + offset(rRows, i)); c00 = withLow(c00, x, factors); c01 = withHigh(c01, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i1)); c10 = withLow(c10, x, factors); c11 = withHigh(c11, x, factors);
          x = v128.load8x8_u(rp + offset(rRows, i2)); c20 = withLow(c20, x, factors); c21 = withHigh(c21, x, factors);
        }
        const cp = c + column;
        x = bounded(narrowed(c00, c01), narrowed(c10, c11), lowest, highest);
        v128.store64_lane(cp + offset(cRows, i), x, 0); v128.store64_lane(cp + offset(cRows, i1), x, 1);
        x = bounded(narrowed(c20, c21), narrowed(c20, c21), lowest, highest);
        v128.store64_lane(cp + offset(cRows, i2), x, 0);
      }
      panel += panelBytes; scale += 64; column += 8;
    }
  }
}

@inline
function offset(table: usize, i: i32): usize {
  return <usize>load<u32>(table + (<usize>i << 2));
}
