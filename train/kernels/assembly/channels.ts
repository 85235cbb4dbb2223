// Sums and multiples by channel, of pixels [rows, channels]. Sums of up to 64 rows are added in single precision, and
// those in double: totals are Float64Arrays, which the caller clears.

import { madd } from "../../../src/model/kernels/assembly/madd";
import { gated, gatedOne } from "./gate";

const BLOCK: i32 = 64;

/** totals += the sum of `x`, or of what `gate`, the output of a ReLU, lets through. */
export function sumChannels(rows: i32, channels: i32, x: usize, gate: usize, totals: usize): void {
  const pitch = <usize>channels << 2;
  const zero = f32x4.splat(0), highest = f32x4.splat(Infinity);
  for (let from = 0; from < rows; from += BLOCK) {
    const start = x + <usize>from * pitch, end = start + <usize>min(BLOCK, rows - from) * pitch;
    const distance = gate - x;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const stop = end + (<usize>channel << 2);
      let p = start + (<usize>channel << 2), s0 = zero, s1 = zero;
      if (gate) {
        for (; p < stop; p += pitch) s0 = f32x4.add(s0, gated(v128.load(p), v128.load(p + distance), zero, highest));
      } else {
        for (; p + pitch < stop; p += pitch << 1) {
          s0 = f32x4.add(s0, v128.load(p));
          s1 = f32x4.add(s1, v128.load(p + pitch));
        }
        if (p < stop) s0 = f32x4.add(s0, v128.load(p));
      }
      addTotals(f32x4.add(s0, s1), totals + (<usize>channel << 3));
    }
    for (; channel < channels; channel++) {
      const stop = end + (<usize>channel << 2);
      let sum: f32 = 0;
      for (let p = start + (<usize>channel << 2); p < stop; p += pitch) {
        const value = load<f32>(p);
        sum += gate ? gatedOne(value, load<f32>(p + distance), 0, Infinity) : value;
      }
      addTotal(sum, totals + (<usize>channel << 3));
    }
  }
}

/** totals += the sum of (x - mean)^2. */
export function sumSquares(rows: i32, channels: i32, x: usize, mean: usize, totals: usize): void {
  const pitch = <usize>channels << 2;
  for (let from = 0; from < rows; from += BLOCK) {
    const start = x + <usize>from * pitch, end = start + <usize>min(BLOCK, rows - from) * pitch;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const stop = end + (<usize>channel << 2);
      const m = v128.load(mean + (<usize>channel << 2));
      let p = start + (<usize>channel << 2), s0 = f32x4.splat(0), s1 = s0, d: v128;
      for (; p + pitch < stop; p += pitch << 1) {
        d = f32x4.sub(v128.load(p), m); s0 = madd(d, d, s0);
        d = f32x4.sub(v128.load(p + pitch), m); s1 = madd(d, d, s1);
      }
      if (p < stop) {
        d = f32x4.sub(v128.load(p), m); s0 = madd(d, d, s0);
      }
      addTotals(f32x4.add(s0, s1), totals + (<usize>channel << 3));
    }
    for (; channel < channels; channel++) {
      const stop = end + (<usize>channel << 2);
      const m = load<f32>(mean + (<usize>channel << 2));
      let sum: f32 = 0;
      for (let p = start + (<usize>channel << 2); p < stop; p += pitch) {
        const d = load<f32>(p) - m;
        sum += d * d;
      }
      addTotal(sum, totals + (<usize>channel << 3));
    }
  }
}

/** totals += the sum of dy, products += the sum of dy (x - mean). */
export function sumProducts(
  rows: i32, channels: i32, dy: usize, x: usize, mean: usize, totals: usize, products: usize,
): void {
  const pitch = <usize>channels << 2;
  const distance = x - dy;
  for (let from = 0; from < rows; from += BLOCK) {
    const start = dy + <usize>from * pitch, end = start + <usize>min(BLOCK, rows - from) * pitch;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const stop = end + (<usize>channel << 2);
      const m = v128.load(mean + (<usize>channel << 2));
      let p = start + (<usize>channel << 2), s0 = f32x4.splat(0), s1 = s0, q0 = s0, q1 = s0, d: v128;
      for (; p + pitch < stop; p += pitch << 1) {
        d = v128.load(p); s0 = f32x4.add(s0, d);
        q0 = madd(d, f32x4.sub(v128.load(p + distance), m), q0);
        d = v128.load(p + pitch); s1 = f32x4.add(s1, d);
        q1 = madd(d, f32x4.sub(v128.load(p + pitch + distance), m), q1);
      }
      if (p < stop) {
        d = v128.load(p); s0 = f32x4.add(s0, d);
        q0 = madd(d, f32x4.sub(v128.load(p + distance), m), q0);
      }
      addTotals(f32x4.add(s0, s1), totals + (<usize>channel << 3));
      addTotals(f32x4.add(q0, q1), products + (<usize>channel << 3));
    }
    for (; channel < channels; channel++) {
      const stop = end + (<usize>channel << 2);
      const m = load<f32>(mean + (<usize>channel << 2));
      let sum: f32 = 0, product: f32 = 0;
      for (let p = start + (<usize>channel << 2); p < stop; p += pitch) {
        sum += load<f32>(p);
        product += load<f32>(p) * (load<f32>(p + distance) - m);
      }
      addTotal(sum, totals + (<usize>channel << 3));
      addTotal(product, products + (<usize>channel << 3));
    }
  }
}

/** y = (x - mean) multiplier + offset. */
export function scaleChannels(
  rows: i32, channels: i32, x: usize, mean: usize, multiplier: usize, offset: usize, y: usize,
): void {
  const end = <usize>channels << 2, vectorEnd = end & ~15;
  for (let row = 0; row < rows; row++, x += end, y += end) {
    let c: usize = 0;
    for (; c < vectorEnd; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      v128.store(y + c, madd(centred, v128.load(multiplier + c), v128.load(offset + c)));
    }
    for (; c < end; c += 4) {
      store<f32>(y + c, (load<f32>(x + c) - load<f32>(mean + c)) * load<f32>(multiplier + c) + load<f32>(offset + c));
    }
  }
}

/** dx = dy multiplier + (x - mean) slope + offset. */
export function scaleChannelsGradient(
  rows: i32, channels: i32, dy: usize, x: usize, mean: usize, multiplier: usize, slope: usize, offset: usize, dx: usize,
): void {
  const end = <usize>channels << 2, vectorEnd = end & ~15;
  for (let row = 0; row < rows; row++, x += end, dy += end, dx += end) {
    let c: usize = 0;
    for (; c < vectorEnd; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      const through = madd(centred, v128.load(slope + c), v128.load(offset + c));
      v128.store(dx + c, madd(v128.load(dy + c), v128.load(multiplier + c), through));
    }
    for (; c < end; c += 4) {
      const through = (load<f32>(x + c) - load<f32>(mean + c)) * load<f32>(slope + c) + load<f32>(offset + c);
      store<f32>(dx + c, load<f32>(dy + c) * load<f32>(multiplier + c) + through);
    }
  }
}

@inline
function addTotals(sums: v128, totals: usize): void {
  v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(sums)));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<i32>(sums, sums, 2, 3, 2, 3));
  v128.store(totals, f64x2.add(v128.load(totals, 16), upper), 16);
}

@inline
function addTotal(sum: f32, total: usize): void {
  store<f64>(total, load<f64>(total) + <f64>sum);
}
