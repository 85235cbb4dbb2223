// Depthwise 3x3 convolutions, 7 or 3 output pixels of 4 channels at a time: each number of the image is used for every pixel that
// wants it while it is in a register. The image has its borders, so that no pixel is a special case; `x` is its first pixel,
// border included. Weights are [channels / 4][1 + 9][4], the bias first. Rows narrower than one step are for depthwise.ts;
// where the last step would pass the end of a row it begins earlier and computes some pixels twice.

import { CLAMP, activate, clamp } from "../activation";
import { madd } from "../madd";

export function depthwise3x3Stride1By7(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize, weights: usize,
  y: usize, yPitch: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 7) {
      const first = min(column, width - 7);
      const window = x + <usize>row * xPitch + <usize>first * pixelBytes;
      const output = y + <usize>row * yPitch + <usize>first * pixelBytes;
      let w = weights;
      for (let channel: usize = 0; channel < <usize>channels << 2; channel += 16) {
        let s0 = v128.load(w); let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0;
        w += 16;
        let line = window + channel;
        for (let ky = 0; ky < 3; ky++) {
          const w0 = v128.load(w, 0), w1 = v128.load(w, 16), w2 = v128.load(w, 32);
          let p = line;
          let v = v128.load(p); s0 = madd(v, w0, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w1, s0); s1 = madd(v, w0, s1);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w2, s0); s1 = madd(v, w1, s1); s2 = madd(v, w0, s2);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w2, s1); s2 = madd(v, w1, s2); s3 = madd(v, w0, s3);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w2, s2); s3 = madd(v, w1, s3); s4 = madd(v, w0, s4);
          p += pixelBytes; v = v128.load(p); s3 = madd(v, w2, s3); s4 = madd(v, w1, s4); s5 = madd(v, w0, s5);
          p += pixelBytes; v = v128.load(p); s4 = madd(v, w2, s4); s5 = madd(v, w1, s5); s6 = madd(v, w0, s6);
          p += pixelBytes; v = v128.load(p); s5 = madd(v, w2, s5); s6 = madd(v, w1, s6);
          p += pixelBytes; v = v128.load(p); s6 = madd(v, w2, s6);
          w += 48; line += xPitch;
        }
        let p = output + channel;
        if (activation == CLAMP) {
          s0 = clamp(s0, lows, highs); s1 = clamp(s1, lows, highs); s2 = clamp(s2, lows, highs); s3 = clamp(s3, lows, highs); s4 = clamp(s4, lows, highs); s5 = clamp(s5, lows, highs); s6 = clamp(s6, lows, highs);
        } else if (activation) {
          s0 = activate(s0, activation); s1 = activate(s1, activation); s2 = activate(s2, activation); s3 = activate(s3, activation); s4 = activate(s4, activation); s5 = activate(s5, activation); s6 = activate(s6, activation);
        }
        v128.store(p, s0);
        p += pixelBytes; v128.store(p, s1); p += pixelBytes; v128.store(p, s2); p += pixelBytes; v128.store(p, s3); p += pixelBytes; v128.store(p, s4); p += pixelBytes; v128.store(p, s5); p += pixelBytes; v128.store(p, s6);
      }
    }
  }
}

export function depthwise3x3Stride1By3(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize, weights: usize,
  y: usize, yPitch: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 3) {
      const first = min(column, width - 3);
      const window = x + <usize>row * xPitch + <usize>first * pixelBytes;
      const output = y + <usize>row * yPitch + <usize>first * pixelBytes;
      let w = weights;
      for (let channel: usize = 0; channel < <usize>channels << 2; channel += 16) {
        let s0 = v128.load(w); let s1 = s0, s2 = s0;
        w += 16;
        let line = window + channel;
        for (let ky = 0; ky < 3; ky++) {
          const w0 = v128.load(w, 0), w1 = v128.load(w, 16), w2 = v128.load(w, 32);
          let p = line;
          let v = v128.load(p); s0 = madd(v, w0, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w1, s0); s1 = madd(v, w0, s1);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w2, s0); s1 = madd(v, w1, s1); s2 = madd(v, w0, s2);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w2, s1); s2 = madd(v, w1, s2);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w2, s2);
          w += 48; line += xPitch;
        }
        let p = output + channel;
        if (activation == CLAMP) {
          s0 = clamp(s0, lows, highs); s1 = clamp(s1, lows, highs); s2 = clamp(s2, lows, highs);
        } else if (activation) {
          s0 = activate(s0, activation); s1 = activate(s1, activation); s2 = activate(s2, activation);
        }
        v128.store(p, s0);
        p += pixelBytes; v128.store(p, s1); p += pixelBytes; v128.store(p, s2);
      }
    }
  }
}

export function depthwise3x3Stride2By7(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize, weights: usize,
  y: usize, yPitch: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 7) {
      const first = min(column, width - 7);
      const window = x + <usize>(row * 2) * xPitch + <usize>(first * 2) * pixelBytes;
      const output = y + <usize>row * yPitch + <usize>first * pixelBytes;
      let w = weights;
      for (let channel: usize = 0; channel < <usize>channels << 2; channel += 16) {
        let s0 = v128.load(w); let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0;
        w += 16;
        let line = window + channel;
        for (let ky = 0; ky < 3; ky++) {
          const w0 = v128.load(w, 0), w1 = v128.load(w, 16), w2 = v128.load(w, 32);
          let p = line;
          let v = v128.load(p); s0 = madd(v, w0, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w1, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w2, s0); s1 = madd(v, w0, s1);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w1, s1);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w2, s1); s2 = madd(v, w0, s2);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w1, s2);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w2, s2); s3 = madd(v, w0, s3);
          p += pixelBytes; v = v128.load(p); s3 = madd(v, w1, s3);
          p += pixelBytes; v = v128.load(p); s3 = madd(v, w2, s3); s4 = madd(v, w0, s4);
          p += pixelBytes; v = v128.load(p); s4 = madd(v, w1, s4);
          p += pixelBytes; v = v128.load(p); s4 = madd(v, w2, s4); s5 = madd(v, w0, s5);
          p += pixelBytes; v = v128.load(p); s5 = madd(v, w1, s5);
          p += pixelBytes; v = v128.load(p); s5 = madd(v, w2, s5); s6 = madd(v, w0, s6);
          p += pixelBytes; v = v128.load(p); s6 = madd(v, w1, s6);
          p += pixelBytes; v = v128.load(p); s6 = madd(v, w2, s6);
          w += 48; line += xPitch;
        }
        let p = output + channel;
        if (activation == CLAMP) {
          s0 = clamp(s0, lows, highs); s1 = clamp(s1, lows, highs); s2 = clamp(s2, lows, highs); s3 = clamp(s3, lows, highs); s4 = clamp(s4, lows, highs); s5 = clamp(s5, lows, highs); s6 = clamp(s6, lows, highs);
        } else if (activation) {
          s0 = activate(s0, activation); s1 = activate(s1, activation); s2 = activate(s2, activation); s3 = activate(s3, activation); s4 = activate(s4, activation); s5 = activate(s5, activation); s6 = activate(s6, activation);
        }
        v128.store(p, s0);
        p += pixelBytes; v128.store(p, s1); p += pixelBytes; v128.store(p, s2); p += pixelBytes; v128.store(p, s3); p += pixelBytes; v128.store(p, s4); p += pixelBytes; v128.store(p, s5); p += pixelBytes; v128.store(p, s6);
      }
    }
  }
}

export function depthwise3x3Stride2By3(
  height: i32, width: i32, channels: i32, x: usize, xPitch: usize, pixelBytes: usize, weights: usize,
  y: usize, yPitch: usize, activation: i32, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 3) {
      const first = min(column, width - 3);
      const window = x + <usize>(row * 2) * xPitch + <usize>(first * 2) * pixelBytes;
      const output = y + <usize>row * yPitch + <usize>first * pixelBytes;
      let w = weights;
      for (let channel: usize = 0; channel < <usize>channels << 2; channel += 16) {
        let s0 = v128.load(w); let s1 = s0, s2 = s0;
        w += 16;
        let line = window + channel;
        for (let ky = 0; ky < 3; ky++) {
          const w0 = v128.load(w, 0), w1 = v128.load(w, 16), w2 = v128.load(w, 32);
          let p = line;
          let v = v128.load(p); s0 = madd(v, w0, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w1, s0);
          p += pixelBytes; v = v128.load(p); s0 = madd(v, w2, s0); s1 = madd(v, w0, s1);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w1, s1);
          p += pixelBytes; v = v128.load(p); s1 = madd(v, w2, s1); s2 = madd(v, w0, s2);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w1, s2);
          p += pixelBytes; v = v128.load(p); s2 = madd(v, w2, s2);
          w += 48; line += xPitch;
        }
        let p = output + channel;
        if (activation == CLAMP) {
          s0 = clamp(s0, lows, highs); s1 = clamp(s1, lows, highs); s2 = clamp(s2, lows, highs);
        } else if (activation) {
          s0 = activate(s0, activation); s1 = activate(s1, activation); s2 = activate(s2, activation);
        }
        v128.store(p, s0);
        p += pixelBytes; v128.store(p, s1); p += pixelBytes; v128.store(p, s2);
      }
    }
  }
}
