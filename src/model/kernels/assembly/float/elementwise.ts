// Number by number, or channel by channel, over the rows of images: `rows` of `length` numbers, a multiple of 4, each `pitch`
// bytes after the one before.

import { exponential, finish } from "../activation";
import { madd } from "../madd";

export function add(
  rows: i32, length: i32, a: usize, aPitch: usize, b: usize, bPitch: usize, y: usize, yPitch: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high), bytes = <usize>length << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(y + at, finish(f32x4.add(v128.load(a + at), v128.load(b + at)), activation, lows, highs));
    }
    a += aPitch; b += bPitch; y += yPitch;
  }
}

export function product(
  rows: i32, length: i32, a: usize, aPitch: usize, b: usize, bPitch: usize, y: usize, yPitch: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high), bytes = <usize>length << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(y + at, finish(f32x4.mul(v128.load(a + at), v128.load(b + at)), activation, lows, highs));
    }
    a += aPitch; b += bPitch; y += yPitch;
  }
}

/** x * multiplier + offset, `pixelLength` of each, over again for every pixel of a row. */
export function scale(
  rows: i32, length: i32, pixelLength: i32, x: usize, xPitch: usize, multiplier: usize, offset: usize, y: usize, yPitch: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high), bytes = <usize>length << 2, pixelBytes = <usize>pixelLength << 2;
  for (let row = 0; row < rows; row++) {
    for (let pixel: usize = 0; pixel < bytes; pixel += pixelBytes) {
      for (let at: usize = 0; at < pixelBytes; at += 16) {
        const v = madd(v128.load(x + pixel + at), v128.load(multiplier + at), v128.load(offset + at));
        v128.store(y + pixel + at, finish(v, activation, lows, highs));
      }
    }
    x += xPitch; y += yPitch;
  }
}

export function applyActivation(
  rows: i32, length: i32, x: usize, xPitch: usize, y: usize, yPitch: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high), bytes = <usize>length << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(y + at, finish(v128.load(x + at), activation, lows, highs));
    }
    x += xPitch; y += yPitch;
  }
}

/** Of one row of `length` numbers, any length; y has room for a multiple of 4. */
export function softmax(length: i32, x: usize, y: usize): void {
  const bytes = <usize>length << 2;
  // Where nothing is larger, what is taken from it is NaN: there is no chance to share out.
  let largest: f32 = -Infinity;
  for (let at: usize = 0; at < bytes; at += 4) {
    const v = load<f32>(x + at);
    // Comparing is false of NaN: it comes through the exponential below.
    if (v > largest) largest = v;
  }
  let sum: f32 = 0;
  for (let at: usize = 0; at < bytes; at += 4) {
    const e = f32x4.extract_lane(exponential(f32x4.splat(load<f32>(x + at) - largest)), 0);
    store<f32>(y + at, e);
    sum += e;
  }
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) / sum);
}
