// Levels: what a number is stored as in 8 bits, unsigned, of which the zero point stands for 0. Whole numbers are summed
// exactly, and what becomes of a sum is rounded the same way in both builds: they agree bit for bit.

/** Whether levels of 7 bits are faster than those of 8 in this build, and have kernels of their own. */
export function hasDotProducts(): bool {
  return ASC_FEATURE_RELAXED_SIMD;
}

/**
 * Four sums to levels that are still numbers. Zero points, biases and the half that makes rounding of dropping the fraction
 * are part of the sums from their first product on: whole numbers cost nothing there, and floats would be added here, 5 % of
 * MobileNetV2 at 224 pixels. A fused multiply-add would round differently from engines that have none.
 */
@inline
export function scaled(sums: v128, multipliers: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(sums), multipliers);
}

/** Drops the fraction. Whoever plans has seen to it that no number is beyond 2^31, where engines differ. */
@inline
export function truncated(x: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f32x4_s(x) : i32x4.trunc_sat_f32x4_s(x);
}

/** Eight numbers as whole ones of 16 bits, saturated. */
@inline
export function narrowed(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(truncated(low), truncated(high));
}

/** Two times eight as levels between two bounds. */
@inline
export function bounded(first: v128, second: v128, lowest: v128, highest: v128): v128 {
  return i8x16.min_u(i8x16.max_u(i8x16.narrow_i16x8_u(first, second), lowest), highest);
}

/** Eight levels times a factor, added to eight numbers: the first four of them. */
@inline
export function withLow(x: v128, levels: v128, factors: v128): v128 {
  return f32x4.add(x, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(levels)), factors));
}

@inline
export function withHigh(x: v128, levels: v128, factors: v128): v128 {
  return f32x4.add(x, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(levels)), factors));
}

/**
 * sums + four dot products of four weights and four levels of at most 7 bits, for which the result is defined. Only in the
 * build with relaxed SIMD.
 */
@inline
export function dot(weights: v128, levels: v128, sums: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, levels, sums);
}

/** Sums of neighbours: of eight numbers, four. */
@inline
export function pairs(first: v128, second: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(first, second, 0, 2, 4, 6), v128.shuffle<i32>(first, second, 1, 3, 5, 7));
}
