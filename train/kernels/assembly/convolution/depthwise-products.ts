// The gradients of depthwise convolutions' weights: of every tap and channel, the sum over pixels of what the tap met times dy.

import { madd } from "../../../../src/model/kernels/assembly/madd";

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
