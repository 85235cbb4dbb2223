// The gradient of clipping: what a gate lets through is where low < x <= high, and NaN where x is NaN, as the CPU backend's
// product of dy and a step.

/** `dy` where `x` is between its bounds, four numbers at a time. */
@inline
export function gated(dy: v128, x: v128, low: v128, high: v128): v128 {
  const open = v128.and(f32x4.gt(x, low), f32x4.le(x, high));
  return v128.bitselect(v128.and(dy, open), x, f32x4.eq(x, x));
}

@inline
export function gatedOne(dy: f32, x: f32, low: f32, high: f32): f32 {
  return x > low && x <= high ? dy : x == x ? 0 : x;
}

export function gateGradient(length: i32, dy: usize, x: usize, low: f32, high: f32, dx: usize): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high);
  const end = dy + (<usize>length << 2), vectorEnd = dy + ((<usize>length << 2) & ~15);
  for (; dy < vectorEnd; dy += 16, x += 16, dx += 16) v128.store(dx, gated(v128.load(dy), v128.load(x), lows, highs));
  for (; dy < end; dy += 4, x += 4, dx += 4) store<f32>(dx, gatedOne(load<f32>(dy), load<f32>(x), low, high));
}
