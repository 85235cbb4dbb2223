// a * b + c in every lane. Engines with relaxed SIMD may round once; the plain build rounds twice. Which of the two is
// decided when the module is compiled: the condition is a constant.

@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}
