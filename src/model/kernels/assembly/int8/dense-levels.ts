// One row of levels times a matrix of 8 bits, to numbers: the products of a classifier's last layer are not rounded again.

import { CLAMP, activate, clamp } from "../activation";
import { dot, pairs } from "./levels";

/**
 * y = activation((x B) multipliers + offsets). B and `scales` are packed as for `multiplyLevels`, the offsets as floats; levels have at most 7 bits,
 * `depth` is a multiple of 4, and y is a multiple of 8 numbers long.
 */
export function denseLevels(
  columns: i32, depth: i32, x: usize, b: usize, scales: usize, y: usize, activation: i32, low: f32, high: f32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return denseWideLevels(columns, depth, x, b, scales, y, activation, low, high);
  const zero = i32x4.splat(0), end = x + <usize>depth, unrolledEnd = x + (<usize>depth & ~15);
  let panel = b, scale = scales;
  for (let column = 0; column < columns; column += 8) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
    let p = x;
    while (p < unrolledEnd) {
      let v = v128.load32_splat(p); s0 = dot(v128.load(panel), v, s0); s1 = dot(v128.load(panel, 16), v, s1);
      v = v128.load32_splat(p, 4); s2 = dot(v128.load(panel, 32), v, s2); s3 = dot(v128.load(panel, 48), v, s3);
      v = v128.load32_splat(p, 8); s4 = dot(v128.load(panel, 64), v, s4); s5 = dot(v128.load(panel, 80), v, s5);
      v = v128.load32_splat(p, 12); s6 = dot(v128.load(panel, 96), v, s6); s7 = dot(v128.load(panel, 112), v, s7);
      p += 16; panel += 128;
    }
    while (p < end) {
      const v = v128.load32_splat(p); s0 = dot(v128.load(panel), v, s0); s1 = dot(v128.load(panel, 16), v, s1);
      p += 4; panel += 32;
    }
    s0 = i32x4.add(i32x4.add(s0, s2), i32x4.add(s4, s6));
    s1 = i32x4.add(i32x4.add(s1, s3), i32x4.add(s5, s7));
    store(y, s0, s1, scale, activation, low, high);
    scale += 64; y += 32;
  }
}

/** The same for levels of 8 bits. */
export function denseWideLevels(
  columns: i32, depth: i32, x: usize, b: usize, scales: usize, y: usize, activation: i32, low: f32, high: f32,
): void {
  const zero = i32x4.splat(0), end = x + <usize>depth;
  let panel = b, scale = scales;
  for (let column = 0; column < columns; column += 8) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let p = x; p < end; p += 4) {
      const v = i16x8.extend_low_i8x16_u(v128.load32_splat(p)), first = v128.load(panel), second = v128.load(panel, 16);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(first), v));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(first), v));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(second), v));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(second), v));
      panel += 32;
    }
    store(y, pairs(s0, s1), pairs(s2, s3), scale, activation, low, high);
    scale += 64; y += 32;
  }
}

@inline
function store(y: usize, s0: v128, s1: v128, scale: usize, activation: i32, low: f32, high: f32): void {
  let y0 = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s0), v128.load(scale)), v128.load(scale, 32));
  let y1 = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s1), v128.load(scale, 16)), v128.load(scale, 48));
  if (activation == CLAMP) {
    const lows = f32x4.splat(low), highs = f32x4.splat(high);
    y0 = clamp(y0, lows, highs); y1 = clamp(y1, lows, highs);
  } else if (activation) {
    y0 = activate(y0, activation); y1 = activate(y1, activation);
  }
  v128.store(y, y0); v128.store(y, y1, 16);
}
