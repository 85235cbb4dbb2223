// Depthwise convolutions of levels of 8 bits with any window, 8 channels at a time. Weights are for each 8 channels 8
// multipliers, 8 numbers at which the sums begin, and for each tap 8 weights of 16 bits. The image has its borders; `x` is its first pixel, border
// included.

import { bounded, narrowed, scaled } from "./levels";

export function depthwiseLevels(
  height: i32, width: i32, channels: i32, x: usize, stepX: usize, stepY: usize, windowHeight: i32, windowWidth: i32,
  tapX: usize, tapY: usize, weights: usize, y: usize, yPitch: usize, low: i32, high: i32,
): void {
  const pixelBytes = <usize>channels, weightBytes = 64 + <usize>(windowHeight * windowWidth << 4);
  const lowest = i8x16.splat(<i8>low), highest = i8x16.splat(<i8>high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const window = x + <usize>row * stepY + <usize>column * stepX;
      const output = y + <usize>row * yPitch + <usize>column * pixelBytes;
      let group = weights;
      for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
        let sumLow = v128.load(group, 32), sumHigh = v128.load(group, 48);
        let w = group + 64, line = window + channel;
        for (let i = 0; i < windowHeight; i++) {
          let p = line;
          for (let j = 0; j < windowWidth; j++) {
            const levels = v128.load8x8_u(p), weight = v128.load(w);
            sumLow = i32x4.add(sumLow, i32x4.extmul_low_i16x8_s(levels, weight));
            sumHigh = i32x4.add(sumHigh, i32x4.extmul_high_i16x8_s(levels, weight));
            p += tapX; w += 16;
          }
          line += tapY;
        }
        const made = narrowed(scaled(sumLow, v128.load(group)), scaled(sumHigh, v128.load(group, 16)));
        v128.store64_lane(output + channel, bounded(made, made, lowest, highest), 0);
        group += weightBytes;
      }
    }
  }
}
