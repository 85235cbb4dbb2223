// Depthwise convolutions in training: `taps` of them, each an offset into framed images and a row of weights, one a channel.
// The forward pass and the gradient of the input are the same sum over other taps and other steps.

import { madd } from "../../../../src/model/kernels/assembly/madd";

/**
 * y [height, width] = the sum over taps of x[tap] * weights[tap], plus bias, of pixels whose steps in x and y are free.
 * `weights` is [taps, channels]. A bias whose address is 0 is none; `clips` keeps the sum from falling below 0.
 */
export function depthwise(
  height: i32, width: i32, channels: i32, taps: i32, tapOffsets: usize, weights: usize, bias: usize, clips: bool,
  x: usize, xRowStep: usize, xStep: usize, y: usize, yRowStep: usize, yStep: usize,
): void {
  const o = tapOffsets;
  // The taps of a row side by side, as they are without stride and dilation.
  if (taps == 9 && width >= 7 && isRow(o, xStep) && isRow(o + 12, xStep) && isRow(o + 24, xStep)) {
    byNine(height, width, channels, tapOffsets, weights, bias, clips, x, xRowStep, xStep, y, yRowStep, yStep);
    return;
  }
  const pitch = <usize>channels << 2, vectorEnd = pitch & ~15;
  const zero = f32x4.splat(0);
  for (let row = 0; row < height; row++, x += xRowStep, y += yRowStep) {
    let from = x, to = y, column = 0;
    // Four pixels use a weight that has been loaded once.
    for (; column + 4 <= width; column += 4, from += xStep << 2, to += yStep << 2) {
      for (let c: usize = 0; c < vectorEnd; c += 16) {
        const start = bias ? v128.load(bias + c) : zero;
        let s0 = start, s1 = start, s2 = start, s3 = start;
        let w = weights + c;
        const offsetsEnd = tapOffsets + (<usize>taps << 2);
        for (let t = tapOffsets; t < offsetsEnd; t += 4, w += pitch) {
          const weight = v128.load(w);
          let p = from + c + <usize>load<u32>(t);
          s0 = madd(v128.load(p), weight, s0); p += xStep;
          s1 = madd(v128.load(p), weight, s1); p += xStep;
          s2 = madd(v128.load(p), weight, s2); p += xStep;
          s3 = madd(v128.load(p), weight, s3);
        }
        if (clips) { s0 = f32x4.pmax(s0, zero); s1 = f32x4.pmax(s1, zero); s2 = f32x4.pmax(s2, zero); s3 = f32x4.pmax(s3, zero); }
        let q = to + c;
        v128.store(q, s0); q += yStep;
        v128.store(q, s1); q += yStep;
        v128.store(q, s2); q += yStep;
        v128.store(q, s3);
      }
      if (vectorEnd < pitch) {
        for (let pixel: usize = 0; pixel < 4; pixel++) {
          channelByChannel(vectorEnd, pitch, taps, tapOffsets, weights, bias, clips, from + pixel * xStep, to + pixel * yStep);
        }
      }
    }
    for (; column < width; column++, from += xStep, to += yStep) {
      for (let c: usize = 0; c < vectorEnd; c += 16) {
        let sum = bias ? v128.load(bias + c) : zero;
        for (let tap = 0; tap < taps; tap++) {
          const p = from + c + <usize>load<u32>(tapOffsets + (<usize>tap << 2));
          sum = madd(v128.load(p), v128.load(weights + <usize>tap * pitch + c), sum);
        }
        v128.store(to + c, clips ? f32x4.pmax(sum, zero) : sum);
      }
      channelByChannel(vectorEnd, pitch, taps, tapOffsets, weights, bias, clips, from, to);
    }
  }
}

@inline
function isRow(offsets: usize, step: usize): bool {
  const first = <usize>load<u32>(offsets);
  return <usize>load<u32>(offsets, 4) == first + step && <usize>load<u32>(offsets, 8) == first + 2 * step;
}

/**
 * The same for 3x3 taps side by side, seven pixels at a time: nine that are loaded are used for up to three of them. The last
 * seven of a row may overlap those before, and are computed again.
 */
function byNine(
  height: i32, width: i32, channels: i32, tapOffsets: usize, weights: usize, bias: usize, clips: bool,
  x: usize, xRowStep: usize, xStep: usize, y: usize, yRowStep: usize, yStep: usize,
): void {
  const pitch = <usize>channels << 2, vectorEnd = pitch & ~15;
  const zero = f32x4.splat(0);
  const weightsEnd = weights + 9 * pitch;
  for (let row = 0; row < height; row++, x += xRowStep, y += yRowStep) {
    for (let column = 0; column < width; column += 7) {
      const first = <usize>min(column, width - 7);
      const from = x + first * xStep, to = y + first * yStep;
      for (let c: usize = 0; c < vectorEnd; c += 16) {
        const start = bias ? v128.load(bias + c) : zero;
        let s0 = start, s1 = start, s2 = start, s3 = start, s4 = start, s5 = start, s6 = start;
        let t = tapOffsets;
        for (let w = weights + c; w < weightsEnd; w += 3 * pitch, t += 12) {
          const w0 = v128.load(w), w1 = v128.load(w + pitch), w2 = v128.load(w + 2 * pitch);
          let p = from + c + <usize>load<u32>(t), v: v128;
          v = v128.load(p); s0 = madd(v, w0, s0); p += xStep;
          v = v128.load(p); s1 = madd(v, w0, s1); s0 = madd(v, w1, s0); p += xStep;
          v = v128.load(p); s2 = madd(v, w0, s2); s1 = madd(v, w1, s1); s0 = madd(v, w2, s0); p += xStep;
          v = v128.load(p); s3 = madd(v, w0, s3); s2 = madd(v, w1, s2); s1 = madd(v, w2, s1); p += xStep;
          v = v128.load(p); s4 = madd(v, w0, s4); s3 = madd(v, w1, s3); s2 = madd(v, w2, s2); p += xStep;
          v = v128.load(p); s5 = madd(v, w0, s5); s4 = madd(v, w1, s4); s3 = madd(v, w2, s3); p += xStep;
          v = v128.load(p); s6 = madd(v, w0, s6); s5 = madd(v, w1, s5); s4 = madd(v, w2, s4); p += xStep;
          v = v128.load(p); s6 = madd(v, w1, s6); s5 = madd(v, w2, s5); p += xStep;
          v = v128.load(p); s6 = madd(v, w2, s6);
        }
        if (clips) {
          s0 = f32x4.pmax(s0, zero); s1 = f32x4.pmax(s1, zero); s2 = f32x4.pmax(s2, zero); s3 = f32x4.pmax(s3, zero);
          s4 = f32x4.pmax(s4, zero); s5 = f32x4.pmax(s5, zero); s6 = f32x4.pmax(s6, zero);
        }
        let q = to + c;
        v128.store(q, s0); q += yStep;
        v128.store(q, s1); q += yStep;
        v128.store(q, s2); q += yStep;
        v128.store(q, s3); q += yStep;
        v128.store(q, s4); q += yStep;
        v128.store(q, s5); q += yStep;
        v128.store(q, s6);
      }
      if (vectorEnd < pitch) {
        for (let pixel: usize = 0; pixel < 7; pixel++) {
          channelByChannel(vectorEnd, pitch, 9, tapOffsets, weights, bias, clips, from + pixel * xStep, to + pixel * yStep);
        }
      }
    }
  }
}

/** The channels of one pixel that fill no vector. */
function channelByChannel(
  fromChannel: usize, pitch: usize, taps: i32, tapOffsets: usize, weights: usize, bias: usize, clips: bool, x: usize, y: usize,
): void {
  for (let c = fromChannel; c < pitch; c += 4) {
    let sum: f32 = bias ? load<f32>(bias + c) : 0;
    for (let tap = 0; tap < taps; tap++) {
      const p = x + c + <usize>load<u32>(tapOffsets + (<usize>tap << 2));
      sum += load<f32>(p) * load<f32>(weights + <usize>tap * pitch + c);
    }
    store<f32>(y + c, clips && sum < 0 ? 0 : sum);
  }
}
