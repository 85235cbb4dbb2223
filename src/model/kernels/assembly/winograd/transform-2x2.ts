// Tiles of 2x2 output pixels, F(2x2, 3x3) of Lavin & Gray 2015, section 4.1. Windows are of 4x4 pixels.

import { finish } from "../activation";

/** The windows of `count` tiles from `first` on, to 16 matrices of a row a tile. */
export function windows2(
  first: i32, count: i32, across: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize,
  matrices: usize, matrixBytes: usize, between: usize,
): void {
  const bytes = <usize>channels << 2;
  const pitch2 = xPitch * 2, pitch3 = xPitch * 3;
  for (let tile = first; tile < first + count; tile++) {
    const window = x + <usize>(tile / across) * pitch2 + <usize>(tile % across) * pixelBytes * 2;
    for (let channel: usize = 0; channel < bytes; channel += 16) {
      let p = window + channel;
      for (let to = between; to < between + 64; to += 16) {
        const d1 = v128.load(p + xPitch), d2 = v128.load(p + pitch2);
        v128.store(to, f32x4.sub(v128.load(p), d2));
        v128.store(to, f32x4.add(d1, d2), 64); v128.store(to, f32x4.sub(d2, d1), 128);
        v128.store(to, f32x4.sub(v128.load(p + pitch3), d1), 192);
        p += pixelBytes;
      }
      p = matrices + channel;
      for (let from = between; from < between + 256; from += 64) {
        const d1 = v128.load(from, 16), d2 = v128.load(from, 32);
        v128.store(p, f32x4.sub(v128.load(from), d2)); p += matrixBytes;
        v128.store(p, f32x4.add(d1, d2)); p += matrixBytes; v128.store(p, f32x4.sub(d2, d1)); p += matrixBytes;
        v128.store(p, f32x4.sub(v128.load(from, 48), d1)); p += matrixBytes;
      }
    }
    matrices += bytes;
  }
}

/** Eight channels of the pixels of `count` tiles from `first` on, from 16 matrices of 8 columns. Pixels beyond the image are not written. */
export function pixels2(
  first: i32, count: i32, across: i32, products: usize, productBytes: usize, between: usize, bias: usize,
  y: usize, yPitch: usize, yPixelBytes: usize, height: i32, width: i32, r: usize, rPitch: usize, rPixelBytes: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const rowBytes = productBytes * 4;
  for (let tile = first; tile < first + count; tile++) {
    const row = tile / across * 2, column = tile % across * 2;
    const rows = min(height - row, 2), columns = width - column;
    // Where there is one column the other is written to it, before it.
    const y1: usize = columns > 1 ? yPixelBytes : 0, r1: usize = columns > 1 ? rPixelBytes : 0;
    for (let channel: usize = 0; channel < 32; channel += 16) {
      let p = products + channel;
      for (let to = between; to < between + 64; to += 16) {
        let from = p;
        const m0 = v128.load(from); from += rowBytes;
        const m1 = v128.load(from); from += rowBytes;
        const m2 = v128.load(from); from += rowBytes;
        v128.store(to, f32x4.add(m0, f32x4.add(m1, m2)));
        v128.store(to, f32x4.add(f32x4.sub(m1, m2), v128.load(from)), 64);
        p += productBytes;
      }
      const b = v128.load(bias + channel);
      let q = y + <usize>row * yPitch + <usize>column * yPixelBytes + channel;
      let rp = r + <usize>row * rPitch + <usize>column * rPixelBytes + channel;
      const end = between + <usize>rows * 64;
      for (let from = between; from < end; from += 64) {
        const m1 = v128.load(from, 16), m2 = v128.load(from, 32);
        let s0 = f32x4.add(f32x4.add(v128.load(from), b), f32x4.add(m1, m2));
        let s1 = f32x4.add(f32x4.add(v128.load(from, 48), b), f32x4.sub(m1, m2));
        if (r) {
          s0 = f32x4.add(s0, v128.load(rp)); s1 = f32x4.add(s1, v128.load(rp + r1));
          rp += rPitch;
        }
        v128.store(q + y1, finish(s1, activation, lows, highs)); v128.store(q, finish(s0, activation, lows, highs));
        q += yPitch;
      }
    }
    products += 32;
  }
}
