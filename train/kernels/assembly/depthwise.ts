// Depthwise convolutions in training: `taps` of them, each an offset into framed images and a row of weights, one a channel.
// The forward pass and the gradient of the input are the same sum over other taps and other steps.

import { madd } from "../../../src/model/kernels/assembly/madd";

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

/**
 * gradient [taps, channels] += the sum over pixels of x[tap] * dy. Taps are a multiple of 3, the last ones repeated if need be:
 * three or nine share what is loaded of dy.
 */
export function addDepthwiseProducts(
  height: i32, width: i32, channels: i32, taps: i32, tapOffsets: usize,
  x: usize, xRowStep: usize, xStep: usize, dy: usize, gradient: usize,
): void {
  const pitch = <usize>channels << 2, vectorEnd = pitch & ~15;
  const rowBytes = <usize>width * pitch;
  let tap = 0;
  for (; tap + 9 <= taps; tap += 9) {
    addNineProducts(height, width, channels, tapOffsets + (<usize>tap << 2), x, xRowStep, xStep, dy, gradient + <usize>tap * pitch);
  }
  for (; tap < taps; tap += 3) {
    const t = tapOffsets + (<usize>tap << 2);
    const o0 = <usize>load<u32>(t), o1 = <usize>load<u32>(t, 4), o2 = <usize>load<u32>(t, 8);
    for (let c: usize = 0; c < vectorEnd; c += 16) {
      const zero = f32x4.splat(0);
      let s0 = zero, s1 = zero, s2 = zero, r0 = zero, r1 = zero, r2 = zero;
      let line = x + c, d = dy + c;
      for (let row = 0; row < height; row++, line += xRowStep) {
        let p = line;
        const end = d + rowBytes;
        for (; d + pitch < end; d += pitch << 1) {
          let v = v128.load(d);
          s0 = madd(v128.load(p + o0), v, s0); s1 = madd(v128.load(p + o1), v, s1); s2 = madd(v128.load(p + o2), v, s2);
          p += xStep;
          v = v128.load(d + pitch);
          r0 = madd(v128.load(p + o0), v, r0); r1 = madd(v128.load(p + o1), v, r1); r2 = madd(v128.load(p + o2), v, r2);
          p += xStep;
        }
        if (d < end) {
          const v = v128.load(d);
          s0 = madd(v128.load(p + o0), v, s0); s1 = madd(v128.load(p + o1), v, s1); s2 = madd(v128.load(p + o2), v, s2);
          d += pitch;
        }
      }
      let g = gradient + <usize>tap * pitch + c;
      v128.store(g, f32x4.add(v128.load(g), f32x4.add(s0, r0))); g += pitch;
      v128.store(g, f32x4.add(v128.load(g), f32x4.add(s1, r1))); g += pitch;
      v128.store(g, f32x4.add(v128.load(g), f32x4.add(s2, r2)));
    }
    addChannelByChannel(height, width, vectorEnd, pitch, 3, t, x, xRowStep, xStep, dy, gradient + <usize>tap * pitch);
  }
}

/** Nine taps at once: what lies in the second cache is read once instead of three times. */
function addNineProducts(
  height: i32, width: i32, channels: i32, t: usize, x: usize, xRowStep: usize, xStep: usize, dy: usize, gradient: usize,
): void {
  const pitch = <usize>channels << 2, vectorEnd = pitch & ~15;
  const rowBytes = <usize>width * pitch;
  const o0 = <usize>load<u32>(t, 0), o1 = <usize>load<u32>(t, 4), o2 = <usize>load<u32>(t, 8), o3 = <usize>load<u32>(t, 12), o4 = <usize>load<u32>(t, 16), o5 = <usize>load<u32>(t, 20), o6 = <usize>load<u32>(t, 24), o7 = <usize>load<u32>(t, 28), o8 = <usize>load<u32>(t, 32);
  for (let c: usize = 0; c < vectorEnd; c += 16) {
    const zero = f32x4.splat(0);
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero, s8 = zero;
    let line = x + c, d = dy + c;
    for (let row = 0; row < height; row++, line += xRowStep) {
      let p = line;
      for (const end = d + rowBytes; d < end; d += pitch, p += xStep) {
        const v = v128.load(d);
        s0 = madd(v128.load(p + o0), v, s0); s1 = madd(v128.load(p + o1), v, s1); s2 = madd(v128.load(p + o2), v, s2);
        s3 = madd(v128.load(p + o3), v, s3); s4 = madd(v128.load(p + o4), v, s4); s5 = madd(v128.load(p + o5), v, s5);
        s6 = madd(v128.load(p + o6), v, s6); s7 = madd(v128.load(p + o7), v, s7); s8 = madd(v128.load(p + o8), v, s8);
      }
    }
    let g = gradient + c;
    v128.store(g, f32x4.add(v128.load(g), s0)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s1)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s2)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s3)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s4)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s5)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s6)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s7)); g += pitch;
    v128.store(g, f32x4.add(v128.load(g), s8));
  }
  addChannelByChannel(height, width, vectorEnd, pitch, 9, t, x, xRowStep, xStep, dy, gradient);
}

/** The channels that fill no vector. */
function addChannelByChannel(
  height: i32, width: i32, fromChannel: usize, pitch: usize, taps: i32, tapOffsets: usize,
  x: usize, xRowStep: usize, xStep: usize, dy: usize, gradient: usize,
): void {
  const rowBytes = <usize>width * pitch;
  for (let tap = 0; tap < taps; tap++, gradient += pitch) {
    const offset = <usize>load<u32>(tapOffsets + (<usize>tap << 2));
    for (let c = fromChannel; c < pitch; c += 4) {
      let sum: f32 = 0;
      let line = x + offset + c, d = dy + c;
      for (let row = 0; row < height; row++, line += xRowStep) {
        let p = line;
        for (const end = d + rowBytes; d < end; d += pitch, p += xStep) sum += load<f32>(p) * load<f32>(d);
      }
      store<f32>(gradient + c, load<f32>(gradient + c) + sum);
    }
  }
}
