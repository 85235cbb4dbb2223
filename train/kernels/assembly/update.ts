// What a step does to a network's weights: gradients of shards are summed, checked and clipped, AdamW moves the weights, and
// their average follows. Numbers are stored in single precision and computed in double, in the order in which they are
// written here, so that neither vectors nor an engine change a bit.

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
/** Keras' default. */
const EPSILON: f64 = 1e-7;

@inline
function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}

/** Two pairs of doubles as four floats. */
@inline
function narrowed(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** target += source scale. */
export function addScaled(length: i32, source: usize, scale: f64, target: usize): void {
  const end = source + (<usize>length << 2), vectorEnd = source + ((<usize>length << 2) & ~15);
  const s = f64x2.splat(scale);
  for (; source < vectorEnd; source += 16, target += 16) {
    const x = v128.load(source), t = v128.load(target);
    const low = f64x2.add(lower(t), f64x2.mul(s, lower(x))), high = f64x2.add(upper(t), f64x2.mul(s, upper(x)));
    v128.store(target, narrowed(low, high));
  }
  for (; source < end; source += 4, target += 4) {
    store<f32>(target, <f32>(<f64>load<f32>(target) + scale * <f64>load<f32>(source)));
  }
}

/** Whether no number is infinite or none: what is finite is 0 when it is taken from itself. */
export function areFinite(length: i32, x: usize): bool {
  const end = x + (<usize>length << 2), vectorEnd = x + ((<usize>length << 2) & ~15);
  let all = i32x4.splat(-1);
  for (; x < vectorEnd; x += 16) {
    const v = v128.load(x), none = f32x4.sub(v, v);
    all = v128.and(all, f32x4.eq(none, none));
  }
  let isFinite = i32x4.all_true(all);
  for (; x < end; x += 4) {
    const none = load<f32>(x) - load<f32>(x);
    isFinite = isFinite && none == none;
  }
  return isFinite;
}

/** sum plus the numbers' squares, one after the other. */
export function addSquares(length: i32, x: usize, sum: f64): f64 {
  for (const end = x + (<usize>length << 2); x < end; x += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(x);
  return sum;
}

/** x = x factor. */
export function scale(length: i32, x: usize, factor: f64): void {
  const end = x + (<usize>length << 2), vectorEnd = x + ((<usize>length << 2) & ~15);
  const f = f64x2.splat(factor);
  for (; x < vectorEnd; x += 16) {
    const v = v128.load(x);
    v128.store(x, narrowed(f64x2.mul(lower(v), f), f64x2.mul(upper(v), f)));
  }
  for (; x < end; x += 4) store<f32>(x, <f32>(<f64>load<f32>(x) * factor));
}

/**
 * AdamW (Loshchilov and Hutter 2019; Adam: Kingma and Ba 2015). `rate` is the learning rate, corrected for the first moments'
 * bias, `rootCorrection` corrects the second moments' root, and `keep` is what decay leaves of a parameter.
 */
export function adamw(
  length: i32, parameters: usize, gradients: usize, first: usize, second: usize,
  keep: f64, rate: f64, rootCorrection: f64,
): void {
  const end = parameters + (<usize>length << 2), vectorEnd = parameters + ((<usize>length << 2) & ~15);
  const rates = f64x2.splat(rate), corrections = f64x2.splat(rootCorrection), kept = f64x2.splat(keep);
  const epsilons = f64x2.splat(EPSILON);
  const b1 = f64x2.splat(BETA1), r1 = f64x2.splat(1 - BETA1), b2 = f64x2.splat(BETA2), r2 = f64x2.splat(1 - BETA2);
  for (; parameters < vectorEnd; parameters += 16, gradients += 16, first += 16, second += 16) {
    const gradient = v128.load(gradients), f = v128.load(first), s = v128.load(second), p = v128.load(parameters);
    const g0 = lower(gradient), g1 = upper(gradient);
    const m0 = f64x2.add(f64x2.mul(b1, lower(f)), f64x2.mul(r1, g0));
    const m1 = f64x2.add(f64x2.mul(b1, upper(f)), f64x2.mul(r1, g1));
    const s0 = f64x2.add(f64x2.mul(b2, lower(s)), f64x2.mul(f64x2.mul(r2, g0), g0));
    const s1 = f64x2.add(f64x2.mul(b2, upper(s)), f64x2.mul(f64x2.mul(r2, g1), g1));
    v128.store(first, narrowed(m0, m1));
    v128.store(second, narrowed(s0, s1));
    const d0 = f64x2.add(f64x2.mul(f64x2.sqrt(s0), corrections), epsilons);
    const d1 = f64x2.add(f64x2.mul(f64x2.sqrt(s1), corrections), epsilons);
    const p0 = f64x2.sub(f64x2.mul(lower(p), kept), f64x2.div(f64x2.mul(rates, m0), d0));
    const p1 = f64x2.sub(f64x2.mul(upper(p), kept), f64x2.div(f64x2.mul(rates, m1), d1));
    v128.store(parameters, narrowed(p0, p1));
  }
  for (; parameters < end; parameters += 4, gradients += 4, first += 4, second += 4) {
    const gradient = <f64>load<f32>(gradients);
    const mean = BETA1 * <f64>load<f32>(first) + (1 - BETA1) * gradient;
    const square = BETA2 * <f64>load<f32>(second) + (1 - BETA2) * gradient * gradient;
    store<f32>(first, <f32>mean);
    store<f32>(second, <f32>square);
    const step = (rate * mean) / (sqrt(square) * rootCorrection + EPSILON);
    store<f32>(parameters, <f32>(<f64>load<f32>(parameters) * keep - step));
  }
}

/** average = average kept + x (1 - kept). */
export function moveAverage(length: i32, x: usize, average: usize, kept: f64): void {
  const end = x + (<usize>length << 2), vectorEnd = x + ((<usize>length << 2) & ~15);
  const k = f64x2.splat(kept), r = f64x2.splat(1 - kept);
  for (; x < vectorEnd; x += 16, average += 16) {
    const v = v128.load(x), a = v128.load(average);
    const low = f64x2.add(f64x2.mul(k, lower(a)), f64x2.mul(r, lower(v)));
    const high = f64x2.add(f64x2.mul(k, upper(a)), f64x2.mul(r, upper(v)));
    v128.store(average, narrowed(low, high));
  }
  for (; x < end; x += 4, average += 4) {
    store<f32>(average, <f32>(kept * <f64>load<f32>(average) + (1 - kept) * <f64>load<f32>(x)));
  }
}
