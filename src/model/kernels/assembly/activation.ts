// What a node does to its sum before it is stored, four numbers at a time. NaN stays NaN, as on the CPU backend.

import { madd } from "./madd";

// The codes of src/model/kernels/activation.ts; 0 is none.
export const CLAMP: i32 = 1;
const SIGMOID: i32 = 2;
const SWISH: i32 = 3;
const HARD_SWISH: i32 = 4;
const ELU: i32 = 5;
const TANH: i32 = 6;

/** pmin and pmax hand on their first operand where nothing can be compared, so NaN passes, in one instruction each. */
@inline
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

export function activate(x: v128, activation: i32): v128 {
  const one = f32x4.splat(1);
  if (activation == SIGMOID) return sigmoid(x);
  if (activation == SWISH) return f32x4.mul(x, sigmoid(x));
  if (activation == HARD_SWISH) {
    const gate = clamp(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0), f32x4.splat(6));
    return f32x4.mul(x, f32x4.mul(gate, f32x4.splat(1.0 / 6.0)));
  }
  if (activation == ELU) {
    const below = f32x4.sub(exponential(x), one);
    return v128.bitselect(below, x, f32x4.lt(x, f32x4.splat(0)));
  }
  if (activation == TANH) {
    const twice = exponential(f32x4.add(x, x));
    return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(one, twice)));
  }
  return x;
}

/** A clamp is quick and so not left to the function. */
@inline
export function finish(x: v128, activation: i32, lows: v128, highs: v128): v128 {
  if (activation == CLAMP) return clamp(x, lows, highs);
  return activation ? activate(x, activation) : x;
}

@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** 2^n e^r, with n whole and |r| at most ln(2) / 2: within 2e-7 of the result. Infinity from 88.4 on. */
export function exponential(x: v128): v128 {
  const bounded = clamp(x, f32x4.splat(-87.33654), f32x4.splat(89));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)));
  // ln(2) in two parts, the first with zeros at its end: n times it is exact.
  let r = madd(n, f32x4.splat(-0.693359375), bounded);
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  // Taylor's series to the sixth power: the seventh is below 1.2e-7 of the sum at |r| = ln(2) / 2.
  let sum = f32x4.splat(1.0 / 720.0);
  sum = madd(sum, r, f32x4.splat(1.0 / 120.0));
  sum = madd(sum, r, f32x4.splat(1.0 / 24.0));
  sum = madd(sum, r, f32x4.splat(1.0 / 6.0));
  sum = madd(sum, r, f32x4.splat(0.5));
  sum = madd(sum, r, f32x4.splat(1));
  sum = madd(sum, r, f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, exponent);
}
