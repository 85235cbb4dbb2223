// Sums of outer products, which the gradients of weights are: every input that a weight meets times the gradient of what
// it made. In tiles of 6 rows by 8 columns, like products of matrices.

import { madd } from "../../../../src/model/kernels/assembly/madd";

/**
 * G [rows, columns] += the sum over lines and their pixels of x[line + pixel + row] * d[pixel, column].
 *
 * `lineOffsets` and `rowOffsets` are where lines and rows begin in `x`, in bytes; `pixelBytes` is from one pixel of a line to
 * the next. `d` is packed in panels [columns / 8][lines * pixels][8]. Rows are a multiple of 6, and those of G a multiple
 * of 8 numbers wide. A call sums by itself before it adds to G, which keeps the error of long sums small.
 */
export function addOuterProducts(
  rows: i32, rowOffsets: usize, columns: i32, lines: i32, lineOffsets: usize, pixels: i32, pixelBytes: usize,
  x: usize, d: usize, g: usize, gPitch: usize,
): void {
  const lineBytes = <usize>pixels * pixelBytes;
  const panelBytes = <usize>lines * <usize>pixels << 5;
  for (let column: usize = 0; column < <usize>columns << 2; column += 32) {
    for (let row = 0; row < rows; row += 6) {
      const table = rowOffsets + (<usize>row << 2);
      const o0 = <usize>load<u32>(table, 0), o1 = <usize>load<u32>(table, 4), o2 = <usize>load<u32>(table, 8), o3 = <usize>load<u32>(table, 12), o4 = <usize>load<u32>(table, 16), o5 = <usize>load<u32>(table, 20);
      const zero = f32x4.splat(0);
      let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
      let dp = d;
      // Six channels of one tap lie side by side: one pointer serves them all.
      if (o1 - o0 == 4 && o2 - o0 == 8 && o3 - o0 == 12 && o4 - o0 == 16 && o5 - o0 == 20) {
        for (let line = 0; line < lines; line++) {
          let p = x + o0 + <usize>load<u32>(lineOffsets + (<usize>line << 2));
          for (const end = p + lineBytes; p < end; p += pixelBytes, dp += 32) {
            const d0 = v128.load(dp), d1 = v128.load(dp, 16);
            let v: v128;
            v = v128.load32_splat(p); s00 = madd(v, d0, s00); s01 = madd(v, d1, s01);
            v = v128.load32_splat(p, 4); s10 = madd(v, d0, s10); s11 = madd(v, d1, s11);
            v = v128.load32_splat(p, 8); s20 = madd(v, d0, s20); s21 = madd(v, d1, s21);
            v = v128.load32_splat(p, 12); s30 = madd(v, d0, s30); s31 = madd(v, d1, s31);
            v = v128.load32_splat(p, 16); s40 = madd(v, d0, s40); s41 = madd(v, d1, s41);
            v = v128.load32_splat(p, 20); s50 = madd(v, d0, s50); s51 = madd(v, d1, s51);
          }
        }
      } else {
        for (let line = 0; line < lines; line++) {
          let p = x + <usize>load<u32>(lineOffsets + (<usize>line << 2));
          for (const end = p + lineBytes; p < end; p += pixelBytes, dp += 32) {
            const d0 = v128.load(dp), d1 = v128.load(dp, 16);
            let v: v128;
            v = v128.load32_splat(p + o0); s00 = madd(v, d0, s00); s01 = madd(v, d1, s01);
            v = v128.load32_splat(p + o1); s10 = madd(v, d0, s10); s11 = madd(v, d1, s11);
            v = v128.load32_splat(p + o2); s20 = madd(v, d0, s20); s21 = madd(v, d1, s21);
            v = v128.load32_splat(p + o3); s30 = madd(v, d0, s30); s31 = madd(v, d1, s31);
            v = v128.load32_splat(p + o4); s40 = madd(v, d0, s40); s41 = madd(v, d1, s41);
            v = v128.load32_splat(p + o5); s50 = madd(v, d0, s50); s51 = madd(v, d1, s51);
          }
        }
      }
      let gp = g + <usize>row * gPitch + column;
      v128.store(gp, f32x4.add(v128.load(gp), s00)); v128.store(gp, f32x4.add(v128.load(gp, 16), s01), 16); gp += gPitch;
      v128.store(gp, f32x4.add(v128.load(gp), s10)); v128.store(gp, f32x4.add(v128.load(gp, 16), s11), 16); gp += gPitch;
      v128.store(gp, f32x4.add(v128.load(gp), s20)); v128.store(gp, f32x4.add(v128.load(gp, 16), s21), 16); gp += gPitch;
      v128.store(gp, f32x4.add(v128.load(gp), s30)); v128.store(gp, f32x4.add(v128.load(gp, 16), s31), 16); gp += gPitch;
      v128.store(gp, f32x4.add(v128.load(gp), s40)); v128.store(gp, f32x4.add(v128.load(gp, 16), s41), 16); gp += gPitch;
      v128.store(gp, f32x4.add(v128.load(gp), s50)); v128.store(gp, f32x4.add(v128.load(gp, 16), s51), 16);
    }
    d += panelBytes;
  }
}
