// Numbers to levels and back, and sums of levels, over rows each `pitch` bytes after the one before.

import { bounded, narrowed, withHigh, withLow } from "./levels";

/** min(highest, x * multiplier + offset) without its fraction; 0 for what is less and for NaN. Rows of any length. */
export function toLevels(
  rows: i32, length: i32, x: usize, xPitch: usize, y: usize, yPitch: usize, multiplier: f32, offset: f32, highest: f32,
): void {
  const end = <usize>length, vectorEnd = end & ~15;
  for (let row = 0; row < rows; row++) {
    let p = x, at: usize = 0;
    for (; at < vectorEnd; at += 16) {
      const first = narrowed(level(p, multiplier, offset, highest), level(p + 16, multiplier, offset, highest));
      const second = narrowed(level(p + 32, multiplier, offset, highest), level(p + 48, multiplier, offset, highest));
      v128.store(y + at, i8x16.narrow_i16x8_u(first, second));
      p += 64;
    }
    for (; at < end; at++) {
      const v = load<f32>(p) * multiplier + offset;
      store<u8>(y + at, v > 0 ? <u8><i32>(v < highest ? v : highest) : 0);
      p += 4;
    }
    x += xPitch; y += yPitch;
  }
}

/** Bounded while it is a number: what comes from outside may be anything, and a comparison with NaN is false. */
@inline
function level(p: usize, multiplier: f32, offset: f32, highest: f32): v128 {
  const v = f32x4.add(f32x4.mul(v128.load(p), f32x4.splat(multiplier)), f32x4.splat(offset));
  return f32x4.pmin(f32x4.splat(highest), f32x4.pmax(f32x4.splat(0), v));
}

/** (x - zeroPoint) * scale. Rows of any length. */
export function toNumbers(
  rows: i32, length: i32, x: usize, xPitch: usize, y: usize, yPitch: usize, scale: f32, zeroPoint: f32,
): void {
  const end = <usize>length, vectorEnd = end & ~7, scales = f32x4.splat(scale), zeros = f32x4.splat(zeroPoint);
  for (let row = 0; row < rows; row++) {
    let q = y, at: usize = 0;
    for (; at < vectorEnd; at += 8) {
      const v = v128.load8x8_u(x + at);
      v128.store(q, f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v)), zeros), scales));
      v128.store(q, f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(v)), zeros), scales), 16);
      q += 32;
    }
    for (; at < end; at++) {
      store<f32>(q, (<f32>load<u8>(x + at) - zeroPoint) * scale);
      q += 4;
    }
    x += xPitch; y += yPitch;
  }
}

/** a * aScale + b * bScale + offset, between two bounds. Rows of a multiple of 8. */
export function addLevels(
  rows: i32, length: i32, a: usize, aPitch: usize, b: usize, bPitch: usize, y: usize, yPitch: usize,
  aScale: f32, bScale: f32, offset: f32, low: i32, high: i32,
): void {
  const as = f32x4.splat(aScale), bs = f32x4.splat(bScale), offsets = f32x4.splat(offset);
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high);
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < <usize>length; at += 8) {
      const p = v128.load8x8_u(a + at), q = v128.load8x8_u(b + at);
      const levels = narrowed(withLow(withLow(offsets, p, as), q, bs), withHigh(withHigh(offsets, p, as), q, bs));
      v128.store64_lane(y + at, bounded(levels, levels, lowest, highest), 0);
    }
    a += aPitch; b += bPitch; y += yPitch;
  }
}
