// Depthwise 3x3 convolutions of levels of 7 bits. Pixels above each other become groups of four bytes, so that a column of the
// window is one dot product a channel, for 8 channels at a time; a row is gone along with the columns in registers. The image
// has its borders, as in ../float/depthwise-3x3.ts.
//
// Weights are for each 8 channels three columns of [8][4], the fourth of each zero, the same with the first of each zero, 8
// multipliers and 8 whole numbers at which the sums begin: 256 bytes. Only for the build with relaxed SIMD.

import { bounded, dot, narrowed, scaled } from "./levels";

export function depthwiseLevels3x3Stride1(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  const pairs = height & ~1;
  for (let row = 0; row < pairs; row += 2) {
    filter(2, 1, width, channels, x + <usize>row * xPitch, xPitch, weights, y + <usize>row * yPitch, yPitch, low, high);
  }
  if (pairs < height) filter(1, 1, width, channels, x + <usize>pairs * xPitch, xPitch, weights, y + <usize>pairs * yPitch, 0, low, high);
}

export function depthwiseLevels3x3Stride2(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  for (let row = 0; row < height; row++) {
    filter(1, 2, width, channels, x + <usize>(row * 2) * xPitch, xPitch, weights, y + <usize>row * yPitch, 0, low, high);
  }
}

// One row of the result, or two that take the same groups of four lines: the weights of the second begin with a zero. `rows`
// and `stride` decide when this is compiled. Weights are loaded for every pixel, because there are more than registers.
@inline
function filter(
  rows: i32, stride: i32, width: i32, channels: i32, x: usize, xPitch: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  const pixelBytes = <usize>channels, lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high);
  let w = weights;
  for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
    let p = x + channel, q = y + channel;
    const end = q + <usize>width * pixelBytes;
    // Columns of the window, of the first and of the second four channels.
    let first = upperPairs(p, xPitch), second = lowerPairs(rows, p, xPitch);
    let left = lowGroups(first, second), leftHigh = highGroups(first, second);
    let middle = left, middleHigh = leftHigh;
    p += pixelBytes;
    if (stride == 1) {
      first = upperPairs(p, xPitch); second = lowerPairs(rows, p, xPitch);
      middle = lowGroups(first, second); middleHigh = highGroups(first, second);
      p += pixelBytes;
    }
    while (q < end) {
      if (stride == 2) {
        first = upperPairs(p, xPitch); second = lowerPairs(rows, p, xPitch);
        middle = lowGroups(first, second); middleHigh = highGroups(first, second);
        p += pixelBytes;
      }
      first = upperPairs(p, xPitch); second = lowerPairs(rows, p, xPitch);
      const right = lowGroups(first, second), rightHigh = highGroups(first, second);
      p += pixelBytes;
      first = v128.load(w, 224); second = v128.load(w, 240);
      let a = dot(v128.load(w, 64), right, dot(v128.load(w, 32), middle, dot(v128.load(w), left, first)));
      let aHigh = dot(v128.load(w, 80), rightHigh, dot(v128.load(w, 48), middleHigh, dot(v128.load(w, 16), leftHigh, second)));
      let b = a, bHigh = aHigh;
      if (rows == 2) {
        b = dot(v128.load(w, 160), right, dot(v128.load(w, 128), middle, dot(v128.load(w, 96), left, first)));
        bHigh = dot(v128.load(w, 176), rightHigh, dot(v128.load(w, 144), middleHigh, dot(v128.load(w, 112), leftHigh, second)));
      }
      first = v128.load(w, 192); second = v128.load(w, 208);
      a = narrowed(scaled(a, first), scaled(aHigh, second));
      b = rows == 2 ? narrowed(scaled(b, first), scaled(bHigh, second)) : a;
      a = bounded(a, b, lowest, highest);
      v128.store64_lane(q, a, 0);
      if (rows == 2) v128.store64_lane(q + yPitch, a, 1);
      if (stride == 1) {
        left = middle; leftHigh = middleHigh; middle = right; middleHigh = rightHigh;
      } else {
        left = right; leftHigh = rightHigh;
      }
      q += pixelBytes;
    }
    w += 256;
  }
}

/** Eight levels of a line and those below them. */
@inline
function upperPairs(p: usize, xPitch: usize): v128 {
  return v128.shuffle<i8>(v128.load64_zero(p), v128.load64_zero(p + xPitch), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/** Two lines below, with those of a fourth line where two rows are made, or with zeros. */
@inline
function lowerPairs(rows: i32, p: usize, xPitch: usize): v128 {
  const line = p + (xPitch << 1);
  return rows == 2 ? upperPairs(line, xPitch) : v128.load8x8_u(line);
}

@inline
function lowGroups(first: v128, second: v128): v128 {
  return v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function highGroups(first: v128, second: v128): v128 {
  return v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
}
