// Inverse cosine transforms of BLOCK to a square of samples: at full size the accurate integer method of Loeffler,
// Ligtenberg and Moschytz 1989 in 13-bit fixed point, and what it becomes when only a half, a quarter or an eighth of the
// side is wanted. Rounded where libjpeg rounds, so that samples are the same to the bit.

import { BLOCK, WORK } from "./memory";

/** Fractional bits of the constants, and more of what stands between the two passes. */
const FIXED: i32 = 13;
const BETWEEN: i32 = 2;

/** Adds a splat constant times a vector. */
// @ts-ignore: decorator
@inline function times(vector: v128, factor: i32): v128 {
  return i32x4.mul(vector, i32x4.splat(factor));
}

// @ts-ignore: decorator
@inline function plus(a: v128, b: v128): v128 {
  return i32x4.add(a, b);
}

// @ts-ignore: decorator
@inline function minus(a: v128, b: v128): v128 {
  return i32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline function scaled(vector: v128, shift: i32): v128 {
  return i32x4.shr_s(plus(vector, i32x4.splat(1 << (shift - 1))), shift);
}

/** One pass over four lanes; each of the eight inputs and outputs is 32 bytes behind the one before. */
function pass8(from: usize, to: usize, shift: i32): void {
  const even2 = v128.load(from, 64);
  const even6 = v128.load(from, 192);
  const shared = times(plus(even2, even6), 4433);
  const low = minus(shared, times(even6, 15137));
  const high = plus(shared, times(even2, 6270));
  const sum = i32x4.shl(plus(v128.load(from), v128.load(from, 128)), FIXED);
  const difference = i32x4.shl(minus(v128.load(from), v128.load(from, 128)), FIXED);
  const e0 = plus(sum, high);
  const e3 = minus(sum, high);
  const e1 = plus(difference, low);
  const e2 = minus(difference, low);

  const odd1 = v128.load(from, 32);
  const odd3 = v128.load(from, 96);
  const odd5 = v128.load(from, 160);
  const odd7 = v128.load(from, 224);
  const z1 = times(plus(odd7, odd1), -7373);
  const z2 = times(plus(odd5, odd3), -20995);
  const z5 = times(plus(plus(odd7, odd3), plus(odd5, odd1)), 9633);
  const z3 = plus(times(plus(odd7, odd3), -16069), z5);
  const z4 = plus(times(plus(odd5, odd1), -3196), z5);
  const o0 = plus(times(odd7, 2446), plus(z1, z3));
  const o1 = plus(times(odd5, 16819), plus(z2, z4));
  const o2 = plus(times(odd3, 25172), plus(z2, z3));
  const o3 = plus(times(odd1, 12299), plus(z1, z4));

  v128.store(to, scaled(plus(e0, o3), shift));
  v128.store(to, scaled(minus(e0, o3), shift), 224);
  v128.store(to, scaled(plus(e1, o2), shift), 32);
  v128.store(to, scaled(minus(e1, o2), shift), 192);
  v128.store(to, scaled(plus(e2, o1), shift), 64);
  v128.store(to, scaled(minus(e2, o1), shift), 160);
  v128.store(to, scaled(plus(e3, o0), shift), 96);
  v128.store(to, scaled(minus(e3, o0), shift), 128);
}

/** Transposes 4 x 4 integers; rows are 32 bytes apart on both sides. */
function transpose4(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 32);
  const c = v128.load(from, 64);
  const d = v128.load(from, 96);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(ab2, cd2, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(ab2, cd2, 1, 3), 96);
}

/** Two rows of eight: samples of two columns of the square, as bytes. */
// @ts-ignore: decorator
@inline function toBytes(from: usize): v128 {
  const level = i32x4.splat(128);
  const first = i16x8.narrow_i32x4_s(plus(v128.load(from), level), plus(v128.load(from, 16), level));
  const second = i16x8.narrow_i32x4_s(plus(v128.load(from, 32), level), plus(v128.load(from, 48), level));
  const bytes = i8x16.narrow_i16x8_u(first, second);
  return v128.shuffle<i8>(bytes, bytes, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

function transform8(to: usize, stride: usize): void {
  pass8(BLOCK, BLOCK, FIXED - BETWEEN);
  pass8(BLOCK + 16, BLOCK + 16, FIXED - BETWEEN);
  transpose4(BLOCK, WORK);
  transpose4(BLOCK + 16, WORK + 128);
  transpose4(BLOCK + 128, WORK + 16);
  transpose4(BLOCK + 144, WORK + 144);
  pass8(WORK, WORK, FIXED + BETWEEN + 3);
  pass8(WORK + 16, WORK + 16, FIXED + BETWEEN + 3);
  const x01 = toBytes(WORK);
  const x23 = toBytes(WORK + 64);
  const x45 = toBytes(WORK + 128);
  const x67 = toBytes(WORK + 192);
  const low = v128.shuffle<i16>(x01, x23, 0, 8, 1, 9, 2, 10, 3, 11);
  const low2 = v128.shuffle<i16>(x45, x67, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = v128.shuffle<i16>(x01, x23, 4, 12, 5, 13, 6, 14, 7, 15);
  const high2 = v128.shuffle<i16>(x45, x67, 4, 12, 5, 13, 6, 14, 7, 15);
  storeRows(v128.shuffle<i32>(low, low2, 0, 4, 1, 5), to, stride);
  storeRows(v128.shuffle<i32>(low, low2, 2, 6, 3, 7), to + 2 * stride, stride);
  storeRows(v128.shuffle<i32>(high, high2, 0, 4, 1, 5), to + 4 * stride, stride);
  storeRows(v128.shuffle<i32>(high, high2, 2, 6, 3, 7), to + 6 * stride, stride);
}

// @ts-ignore: decorator
@inline function storeRows(rows: v128, to: usize, stride: usize): void {
  v128.store_lane<i64>(to, rows, 0);
  v128.store_lane<i64>(to + stride, rows, 1);
}

/** One pass to half the side; four lanes. The fifth input has no part in it. */
function pass4(from: usize, to: usize, shift: i32): void {
  const dc = i32x4.shl(v128.load(from), FIXED + 1);
  const even = minus(times(v128.load(from, 64), 15137), times(v128.load(from, 192), 6270));
  const e0 = plus(dc, even);
  const e1 = minus(dc, even);
  const odd1 = v128.load(from, 32);
  const odd3 = v128.load(from, 96);
  const odd5 = v128.load(from, 160);
  const odd7 = v128.load(from, 224);
  const o0 = plus(
    plus(times(odd7, -1730), times(odd5, 11893)),
    plus(times(odd3, -17799), times(odd1, 8697)),
  );
  const o2 = plus(plus(times(odd7, -4176), times(odd5, -4926)), plus(times(odd3, 7373), times(odd1, 20995)));
  v128.store(to, scaled(plus(e0, o2), shift));
  v128.store(to, scaled(plus(e1, o0), shift), 32);
  v128.store(to, scaled(minus(e1, o0), shift), 64);
  v128.store(to, scaled(minus(e0, o2), shift), 96);
}

function transform4(to: usize, stride: usize): void {
  pass4(BLOCK, BLOCK, FIXED - BETWEEN + 1);
  pass4(BLOCK + 16, BLOCK + 16, FIXED - BETWEEN + 1);
  transpose4(BLOCK, WORK);
  transpose4(BLOCK + 16, WORK + 128);
  pass4(WORK, WORK, FIXED + BETWEEN + 4);
  transpose4(WORK, WORK);
  const level = i32x4.splat(128);
  const upper = i16x8.narrow_i32x4_s(plus(v128.load(WORK), level), plus(v128.load(WORK, 32), level));
  const lower = i16x8.narrow_i32x4_s(plus(v128.load(WORK, 64), level), plus(v128.load(WORK, 96), level));
  const bytes = i8x16.narrow_i16x8_u(upper, lower);
  v128.store_lane<i32>(to, bytes, 0);
  v128.store_lane<i32>(to + stride, bytes, 1);
  v128.store_lane<i32>(to + 2 * stride, bytes, 2);
  v128.store_lane<i32>(to + 3 * stride, bytes, 3);
}

/** One pass to a quarter of the side; four lanes. Odd inputs and the first are all that count. */
// @ts-ignore: decorator
@inline function pass2(from: usize, to: usize): void {
  const dc = i32x4.shl(v128.load(from), FIXED + 2);
  const odd = plus(
    plus(times(v128.load(from, 224), -5906), times(v128.load(from, 160), 6967)),
    plus(times(v128.load(from, 96), -10426), times(v128.load(from, 32), 29692)),
  );
  v128.store(to, scaled(plus(dc, odd), FIXED - BETWEEN + 2));
  v128.store(to, scaled(minus(dc, odd), FIXED - BETWEEN + 2), 32);
}

function transform2(to: usize, stride: usize): void {
  pass2(BLOCK, WORK);
  pass2(BLOCK + 16, WORK + 16);
  for (let row: usize = 0; row < 2; row++) {
    const from = WORK + row * 32;
    const dc = load<i32>(from) << (FIXED + 2);
    const odd =
      load<i32>(from, 28) * -5906 + load<i32>(from, 20) * 6967 + load<i32>(from, 12) * -10426 + load<i32>(from, 4) * 29692;
    const shift = FIXED + BETWEEN + 5;
    store<u8>(to + row * stride, toSample((dc + odd + (1 << (shift - 1))) >> shift));
    store<u8>(to + row * stride, toSample((dc - odd + (1 << (shift - 1))) >> shift), 1);
  }
}

// @ts-ignore: decorator
@inline function toSample(value: i32): u8 {
  const sample = value + 128;
  return <u8>(sample < 0 ? 0 : sample > 255 ? 255 : sample);
}

/** Transforms and clears BLOCK, whose other coefficients are zero when `hasAc` is false. */
export function transform(side: i32, dc: i32, hasAc: bool, to: usize, stride: usize): void {
  if (!hasAc) {
    const sample = toSample((dc + 4) >> 3);
    for (let y = 0; y < side; y++, to += stride) memory.fill(to, sample, side);
    return;
  }
  store<i32>(BLOCK, dc);
  if (side == 8) transform8(to, stride);
  else if (side == 4) transform4(to, stride);
  else transform2(to, stride);
  memory.fill(BLOCK, 0, 256);
}
