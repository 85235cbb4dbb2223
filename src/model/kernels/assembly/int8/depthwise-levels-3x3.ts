// Depthwise 3x3 convolutions of levels of 7 bits. Three pixels above each other and a zero become groups of four bytes, so
// that a column of the window is one dot product a channel, for 8 channels at a time; a row is gone along with the sums of
// the pixels to come in registers. The image has its borders, as in ../depthwise-3x3.ts.
//
// Weights are for each 8 channels three columns of [8][4], the fourth of each zero, 8 multipliers and 8 offsets: 160 bytes.
// Only for the build with relaxed SIMD.

import { bounded, dot, narrowed, scaled } from "./levels";

export function depthwiseLevels3x3Stride1(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  const pixelBytes = <usize>channels, twoLines = xPitch << 1;
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high), zero = i32x4.splat(0);
  for (let row = 0; row < height; row++) {
    let w = weights;
    for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
      const wl0 = v128.load(w), wh0 = v128.load(w, 16), wl1 = v128.load(w, 32), wh1 = v128.load(w, 48), wl2 = v128.load(w, 64), wh2 = v128.load(w, 80);
      const ml = v128.load(w, 96), mh = v128.load(w, 112), bl = v128.load(w, 128), bh = v128.load(w, 144);
      let p = x + <usize>row * xPitch + channel, q = y + <usize>row * yPitch + channel;
      const end = q + <usize>width * pixelBytes;
      let first: v128, second: v128, low4: v128, high4: v128;
      // Of the next pixel the first column of its window, of this one the first two.
      let nextLow: v128, nextHigh: v128, thisLow: v128, thisHigh: v128;
      first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      second = v128.load8x8_u(p + twoLines);
      low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
      p += pixelBytes;
      thisLow = dot(wl0, low4, zero); thisHigh = dot(wh0, high4, zero);
      first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      second = v128.load8x8_u(p + twoLines);
      low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
      p += pixelBytes;
      thisLow = dot(wl1, low4, thisLow); thisHigh = dot(wh1, high4, thisHigh);
      nextLow = dot(wl0, low4, zero); nextHigh = dot(wh0, high4, zero);
      while (q < end) {
        first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        second = v128.load8x8_u(p + twoLines);
        low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
        p += pixelBytes;
        const sumLow = dot(wl2, low4, thisLow), sumHigh = dot(wh2, high4, thisHigh);
        thisLow = dot(wl1, low4, nextLow); thisHigh = dot(wh1, high4, nextHigh);
        nextLow = dot(wl0, low4, zero); nextHigh = dot(wh0, high4, zero);
        const levels = narrowed(scaled(sumLow, ml, bl), scaled(sumHigh, mh, bh));
        v128.store64_lane(q, bounded(levels, levels, lowest, highest), 0);
        q += pixelBytes;
      }
      w += 160;
    }
  }
}

export function depthwiseLevels3x3Stride2(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  const pixelBytes = <usize>channels, twoLines = xPitch << 1;
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high), zero = i32x4.splat(0);
  for (let row = 0; row < height; row++) {
    let w = weights;
    for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
      const wl0 = v128.load(w), wh0 = v128.load(w, 16), wl1 = v128.load(w, 32), wh1 = v128.load(w, 48), wl2 = v128.load(w, 64), wh2 = v128.load(w, 80);
      const ml = v128.load(w, 96), mh = v128.load(w, 112), bl = v128.load(w, 128), bh = v128.load(w, 144);
      let p = x + <usize>(row * 2) * xPitch + channel, q = y + <usize>row * yPitch + channel;
      const end = q + <usize>width * pixelBytes;
      let first: v128, second: v128, low4: v128, high4: v128;
      first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      second = v128.load8x8_u(p + twoLines);
      low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
      p += pixelBytes;
      let thisLow = dot(wl0, low4, zero), thisHigh = dot(wh0, high4, zero);
      while (q < end) {
        first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        second = v128.load8x8_u(p + twoLines);
        low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
        p += pixelBytes;
        thisLow = dot(wl1, low4, thisLow); thisHigh = dot(wh1, high4, thisHigh);
        first = v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        second = v128.load8x8_u(p + twoLines);
        low4 = v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11); high4 = v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
        p += pixelBytes;
        const levels = narrowed(scaled(dot(wl2, low4, thisLow), ml, bl), scaled(dot(wh2, high4, thisHigh), mh, bh));
        thisLow = dot(wl0, low4, zero); thisHigh = dot(wh0, high4, zero);
        v128.store64_lane(q, bounded(levels, levels, lowest, highest), 0);
        q += pixelBytes;
      }
      w += 160;
    }
  }
}
