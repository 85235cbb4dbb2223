// Depthwise convolutions of any window, stride and dilation, pixel by pixel: what has no faster kernel of its own.

import { CLAMP, activate, clamp } from "../activation";
import { madd } from "../madd";

/** As in depthwise-3x3.ts; `xStep` and `xRowStep` are the strides, `tapStep` and `tapRowStep` the dilations, in bytes. */
export function depthwise(
  height: i32, width: i32, channels: i32, x: usize, xStep: usize, xRowStep: usize, windowHeight: i32, windowWidth: i32,
  tapStep: usize, tapRowStep: usize, weights: usize, y: usize, yPitch: usize, pixelBytes: usize,
  activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const window = x + <usize>row * xRowStep + <usize>column * xStep;
      const output = y + <usize>row * yPitch + <usize>column * pixelBytes;
      let w = weights;
      for (let channel: usize = 0; channel < <usize>channels << 2; channel += 16) {
        let sum = v128.load(w);
        let line = window + channel;
        for (let ky = 0; ky < windowHeight; ky++) {
          let p = line;
          for (let kx = 0; kx < windowWidth; kx++) {
            w += 16;
            sum = madd(v128.load(p), v128.load(w), sum);
            p += tapStep;
          }
          line += tapRowStep;
        }
        w += 16;
        if (activation == CLAMP) sum = clamp(sum, lows, highs);
        else if (activation) sum = activate(sum, activation);
        v128.store(output + channel, sum);
      }
    }
  }
}
