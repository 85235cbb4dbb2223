// What a core can multiply and add when nothing waits for memory: twelve sums of four numbers each, side by side, of floats
// and of whole numbers.

/** Does 96 floating point operations a round, and gives what they come to, so that none can be left out. */
export function multiplyAdd(rounds: i32, x: f32, y: f32): f32 {
  const a = f32x4.splat(x), b = f32x4.splat(y);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i = 0; i < rounds; i++) {
    s0 = f32x4.relaxed_madd(s0, a, b); s1 = f32x4.relaxed_madd(s1, a, b); s2 = f32x4.relaxed_madd(s2, a, b);
    s3 = f32x4.relaxed_madd(s3, a, b); s4 = f32x4.relaxed_madd(s4, a, b); s5 = f32x4.relaxed_madd(s5, a, b);
    s6 = f32x4.relaxed_madd(s6, a, b); s7 = f32x4.relaxed_madd(s7, a, b); s8 = f32x4.relaxed_madd(s8, a, b);
    s9 = f32x4.relaxed_madd(s9, a, b); s10 = f32x4.relaxed_madd(s10, a, b); s11 = f32x4.relaxed_madd(s11, a, b);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  const total = f32x4.add(sum, f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11)));
  return f32x4.extract_lane(total, 0);
}

/** Does 384 operations of whole numbers a round: twelve times four dot products of four weights and four levels each. */
export function dotProducts(rounds: i32, x: i32, y: i32): i32 {
  const a = i8x16.splat(<i8>x), b = i8x16.splat(<i8>y);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
  for (let i = 0; i < rounds; i++) {
    s0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s0); s1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s1);
    s2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s2); s3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s3);
    s4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s4); s5 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s5);
    s6 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s6); s7 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s7);
    s8 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s8); s9 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s9);
    s10 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s10); s11 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, s11);
  }
  const sum = i32x4.add(i32x4.add(i32x4.add(s0, s1), i32x4.add(s2, s3)), i32x4.add(i32x4.add(s4, s5), i32x4.add(s6, s7)));
  const total = i32x4.add(sum, i32x4.add(i32x4.add(s8, s9), i32x4.add(s10, s11)));
  return i32x4.extract_lane(total, 0);
}
