// Tiles of 4x4 output pixels, F(4x4, 3x3) of Lavin & Gray 2015, "Fast Algorithms for Convolutional Neural Networks", with
// the polynomials' points 0, +-sqrt(1/2), +-sqrt(2) and infinity in place of their 0, +-1, +-2 and infinity: the error of
// float32 is half of theirs. Windows are of 6x6 pixels; what lies in `between` is 36 vectors.

import { finish } from "../activation";
import { madd } from "../madd";

/** The windows of `count` tiles from `first` on, to 36 matrices of a row a tile. */
export function windows4(
  first: i32, count: i32, across: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize,
  matrices: usize, matrixBytes: usize, between: usize,
): void {
  const near = f32x4.splat(0.70710678), far = f32x4.splat(1.41421356);
  const minusHalf = f32x4.splat(-0.5), minusTwo = f32x4.splat(-2), minusBoth = f32x4.splat(-2.5);
  const bytes = <usize>channels << 2;
  const pitch2 = xPitch * 2, pitch3 = xPitch * 3, pitch4 = xPitch * 4, pitch5 = xPitch * 5;
  for (let tile = first; tile < first + count; tile++) {
    const window = x + <usize>(tile / across) * pitch4 + <usize>(tile % across) * pixelBytes * 4;
    for (let channel: usize = 0; channel < bytes; channel += 16) {
      let p = window + channel;
      for (let to = between; to < between + 96; to += 16) {
        const d1 = v128.load(p + xPitch), d2 = v128.load(p + pitch2), d3 = v128.load(p + pitch3), d4 = v128.load(p + pitch4);
        v128.store(to, f32x4.add(madd(d2, minusBoth, v128.load(p)), d4));
        let even = madd(d2, minusTwo, d4), odd = f32x4.mul(near, madd(d1, minusTwo, d3));
        v128.store(to, f32x4.add(even, odd), 96); v128.store(to, f32x4.sub(even, odd), 192);
        even = madd(d2, minusHalf, d4); odd = f32x4.mul(far, madd(d1, minusHalf, d3));
        v128.store(to, f32x4.add(even, odd), 288); v128.store(to, f32x4.sub(even, odd), 384);
        v128.store(to, f32x4.add(madd(d3, minusBoth, d1), v128.load(p + pitch5)), 480);
        p += pixelBytes;
      }
      p = matrices + channel;
      for (let from = between; from < between + 576; from += 96) {
        const d1 = v128.load(from, 16), d2 = v128.load(from, 32), d3 = v128.load(from, 48), d4 = v128.load(from, 64);
        v128.store(p, f32x4.add(madd(d2, minusBoth, v128.load(from)), d4)); p += matrixBytes;
        let even = madd(d2, minusTwo, d4), odd = f32x4.mul(near, madd(d1, minusTwo, d3));
        v128.store(p, f32x4.add(even, odd)); p += matrixBytes; v128.store(p, f32x4.sub(even, odd)); p += matrixBytes;
        even = madd(d2, minusHalf, d4); odd = f32x4.mul(far, madd(d1, minusHalf, d3));
        v128.store(p, f32x4.add(even, odd)); p += matrixBytes; v128.store(p, f32x4.sub(even, odd)); p += matrixBytes;
        v128.store(p, f32x4.add(madd(d3, minusBoth, d1), v128.load(from, 80))); p += matrixBytes;
      }
    }
    matrices += bytes;
  }
}

/** Eight channels of the pixels of `count` tiles from `first` on, from 36 matrices of 8 columns. Pixels beyond the image are not written. */
export function pixels4(
  first: i32, count: i32, across: i32, products: usize, productBytes: usize, between: usize, bias: usize,
  y: usize, yPitch: usize, yPixelBytes: usize, height: i32, width: i32, r: usize, rPitch: usize, rPixelBytes: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const near = f32x4.splat(0.70710678), far = f32x4.splat(1.41421356), half = f32x4.splat(0.5), two = f32x4.splat(2);
  const near3 = f32x4.splat(0.35355339), far3 = f32x4.splat(2.82842712);
  const rowBytes = productBytes * 6;
  for (let tile = first; tile < first + count; tile++) {
    const row = tile / across * 4, column = tile % across * 4;
    const rows = min(height - row, 4), columns = width - column;
    // Where there are fewer than four columns the others are written to the first, before it.
    const y1: usize = columns > 1 ? yPixelBytes : 0, y2: usize = columns > 2 ? yPixelBytes * 2 : 0, y3: usize = columns > 3 ? yPixelBytes * 3 : 0;
    const r1: usize = columns > 1 ? rPixelBytes : 0, r2: usize = columns > 2 ? rPixelBytes * 2 : 0, r3: usize = columns > 3 ? rPixelBytes * 3 : 0;
    for (let channel: usize = 0; channel < 32; channel += 16) {
      let p = products + channel;
      for (let to = between; to < between + 96; to += 16) {
        let from = p;
        const m0 = v128.load(from); from += rowBytes;
        const m1 = v128.load(from); from += rowBytes;
        const m2 = v128.load(from); from += rowBytes;
        const m3 = v128.load(from); from += rowBytes;
        const m4 = v128.load(from); from += rowBytes;
        let even = f32x4.add(m1, m2), even2 = f32x4.add(m3, m4), odd = f32x4.sub(m1, m2), odd2 = f32x4.sub(m3, m4);
        v128.store(to, f32x4.add(m0, f32x4.add(even, even2)));
        v128.store(to, madd(odd, near, f32x4.mul(odd2, far)), 96);
        v128.store(to, madd(even, half, f32x4.mul(even2, two)), 192);
        v128.store(to, madd(odd, near3, madd(odd2, far3, v128.load(from))), 288);
        p += productBytes;
      }
      const b = v128.load(bias + channel);
      let q = y + <usize>row * yPitch + <usize>column * yPixelBytes + channel;
      let rp = r + <usize>row * rPitch + <usize>column * rPixelBytes + channel;
      const end = between + <usize>rows * 96;
      for (let from = between; from < end; from += 96) {
        const m1 = v128.load(from, 16), m2 = v128.load(from, 32), m3 = v128.load(from, 48), m4 = v128.load(from, 64);
        let even = f32x4.add(m1, m2), even2 = f32x4.add(m3, m4), odd = f32x4.sub(m1, m2), odd2 = f32x4.sub(m3, m4);
        let s0 = f32x4.add(f32x4.add(v128.load(from), b), f32x4.add(even, even2));
        let s1 = madd(odd, near, madd(odd2, far, b));
        let s2 = madd(even, half, madd(even2, two, b));
        let s3 = madd(odd, near3, madd(odd2, far3, f32x4.add(v128.load(from, 80), b)));
        if (r) {
          s0 = f32x4.add(s0, v128.load(rp)); s1 = f32x4.add(s1, v128.load(rp + r1));
          s2 = f32x4.add(s2, v128.load(rp + r2)); s3 = f32x4.add(s3, v128.load(rp + r3));
          rp += rPitch;
        }
        v128.store(q + y3, finish(s3, activation, lows, highs)); v128.store(q + y2, finish(s2, activation, lows, highs));
        v128.store(q + y1, finish(s1, activation, lows, highs)); v128.store(q, finish(s0, activation, lows, highs));
        q += yPitch;
      }
    }
    products += 32;
  }
}
