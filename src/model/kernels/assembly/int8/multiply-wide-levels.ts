// Matrix products of levels of 8 bits: products of 16 bits, in tiles of 3 rows by 8 columns, because each column has two sums
// until the end. In the build without relaxed SIMD it is the product of all levels.

import { offset } from "../tiles";
import { bounded, narrowed, pairs, scaled, withHigh, withLow } from "./levels";

/** As `multiplyLevels`. Where the last tile has fewer than 3 rows it computes the last row several times. */
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
        c00 = scaled(i32x4.add(pairs(c00, c01), b0), m0); c01 = scaled(i32x4.add(pairs(c02, c03), b1), m1);
        c10 = scaled(i32x4.add(pairs(c10, c11), b0), m0); c11 = scaled(i32x4.add(pairs(c12, c13), b1), m1);
        c20 = scaled(i32x4.add(pairs(c20, c21), b0), m0); c21 = scaled(i32x4.add(pairs(c22, c23), b1), m1);
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
