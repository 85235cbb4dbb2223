// Weights of 3x3 convolutions transformed for tiles, once, when a model is loaded: by G of Lavin & Gray 2015, section 4, for the
// points of the transforms beside this file. In doubles, so that it adds no error to theirs.

/** Panels [columns / 8][9][channels][8], as for a direct sum, to [columns / 8 / group][16 or 36][group][channels][8]. `between` is of
 * 18 vectors. */
export function transformWeights(
  tile: i32, channels: i32, panels: i32, group: i32, x: usize, y: usize, between: usize,
): void {
  const panelBytes = <usize>channels << 5, lineBytes = panelBytes * 3;
  const count = (tile + 2) * (tile + 2);
  const columnBytes: usize = tile == 4 ? 96 : 64;
  for (let first = 0; first < panels; first += group) {
    const together = min(group, panels - first), matrixBytes = panelBytes * <usize>together;
    for (let panel = 0; panel < together; panel++) {
      for (let at: usize = 0; at < panelBytes; at += 8) {
        let p = x + at;
        for (let to = between; to < between + columnBytes * 3; to += columnBytes) {
          const a = load2(p), b = load2(p + lineBytes), c = load2(p + lineBytes * 2);
          spread(tile == 4, true, a, b, c, to, 16);
          p += panelBytes;
        }
        let to = y + <usize>panel * panelBytes + at;
        for (let from = between; from < between + columnBytes; from += 16) {
          const a = v128.load(from), b = v128.load(from + columnBytes), c = v128.load(from + columnBytes * 2);
          spread(tile == 4, false, a, b, c, to, matrixBytes);
          to += matrixBytes * <usize>(tile + 2);
        }
      }
      x += panelBytes * 9;
    }
    y += matrixBytes * <usize>count;
  }
}

/** Three weights of a line become four or six numbers, `step` bytes apart. */
@inline
function spread(large: bool, doubles: bool, a: v128, b: v128, c: v128, to: usize, step: usize): void {
  put(doubles, to, a); to += step;
  if (large) {
    let even = f64x2.mul(f64x2.splat(-2.0 / 3.0), f64x2.add(a, f64x2.mul(f64x2.splat(0.5), c)));
    let odd = f64x2.mul(f64x2.splat(-0.7071067811865476 / 1.5), b);
    put(doubles, to, f64x2.add(even, odd)); to += step; put(doubles, to, f64x2.sub(even, odd)); to += step;
    even = f64x2.mul(f64x2.splat(1.0 / 6.0), f64x2.add(a, f64x2.mul(f64x2.splat(2), c)));
    odd = f64x2.mul(f64x2.splat(1.4142135623730951 / 6.0), b);
    put(doubles, to, f64x2.add(even, odd)); to += step; put(doubles, to, f64x2.sub(even, odd)); to += step;
  } else {
    const even = f64x2.mul(f64x2.splat(0.5), f64x2.add(a, c)), odd = f64x2.mul(f64x2.splat(0.5), b);
    put(doubles, to, f64x2.add(even, odd)); to += step; put(doubles, to, f64x2.sub(even, odd)); to += step;
  }
  put(doubles, to, c);
}

@inline
function load2(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

@inline
function put(doubles: bool, to: usize, numbers: v128): void {
  if (doubles) v128.store(to, numbers);
  else v128.store64_lane(to, f32x4.demote_f64x2_zero(numbers), 0);
}
