// One row times a matrix: memory is read once and hardly computed with, so several sums run side by side.

import { CLAMP, activate, clamp } from "../activation";
import { madd } from "../madd";

/** y = activation(x B + bias), B and bias packed as for `multiply`; y is a multiple of 8 numbers long. */
export function dense(
  columns: i32, depth: i32, x: usize, b: usize, bias: usize, y: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const end = x + (<usize>depth << 2), unrolledEnd = x + ((<usize>depth << 2) & ~15);
  let panel = b;
  for (let column: usize = 0; column < <usize>columns << 2; column += 32) {
    let s0 = v128.load(bias + column), s1 = v128.load(bias + column, 16);
    let s2 = f32x4.splat(0), s3 = s2, s4 = s2, s5 = s2, s6 = s2, s7 = s2;
    let p = x;
    while (p < unrolledEnd) {
      let v = v128.load32_splat(p); s0 = madd(v, v128.load(panel), s0); s1 = madd(v, v128.load(panel, 16), s1);
      v = v128.load32_splat(p, 4); s2 = madd(v, v128.load(panel, 32), s2); s3 = madd(v, v128.load(panel, 48), s3);
      v = v128.load32_splat(p, 8); s4 = madd(v, v128.load(panel, 64), s4); s5 = madd(v, v128.load(panel, 80), s5);
      v = v128.load32_splat(p, 12); s6 = madd(v, v128.load(panel, 96), s6); s7 = madd(v, v128.load(panel, 112), s7);
      p += 16; panel += 128;
    }
    while (p < end) {
      const v = v128.load32_splat(p); s0 = madd(v, v128.load(panel), s0); s1 = madd(v, v128.load(panel, 16), s1);
      p += 4; panel += 32;
    }
    s0 = f32x4.add(f32x4.add(s0, s2), f32x4.add(s4, s6));
    s1 = f32x4.add(f32x4.add(s1, s3), f32x4.add(s5, s7));
    if (activation == CLAMP) {
      s0 = clamp(s0, lows, highs); s1 = clamp(s1, lows, highs);
    } else if (activation) {
      s0 = activate(s0, activation); s1 = activate(s1, activation);
    }
    v128.store(y + column, s0); v128.store(y + column, s1, 16);
  }
}
