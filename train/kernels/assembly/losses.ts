// Losses of rows of scores and their gradients, in double precision. Exponentials and logarithms are the engine's own, so
// that a loss is the same number whichever side of the boundary asks for it.

@external("env", "exp") declare function exp(x: f64): f64;
@external("env", "expm1") declare function expm1(x: f64): f64;
@external("env", "log") declare function log(x: f64): f64;
@external("env", "log1p") declare function log1p(x: f64): f64;
@external("env", "pow") declare function pow(x: f64, y: f64): f64;

/**
 * Cross-entropy of softmax against soft targets, -sum t (1 - p)^gamma log p: focal loss (Lin et al. 2017) unless gamma is 0.
 * `scores`, `targets` and `gradient` are [rows, classes], `weights` [rows]; `slopes` has room for a double a class. Gives the
 * sum over the rows of weight x loss.
 */
export function softmaxLosses(
  rows: i32, classes: i32, scores: usize, targets: usize, weights: usize, gamma: f64, slopes: usize, gradient: usize,
): f64 {
  const rowBytes = <usize>classes << 2;
  let loss: f64 = 0;
  for (let row = 0; row < rows; row++, scores += rowBytes, targets += rowBytes, gradient += rowBytes) {
    const weight = <f64>load<f32>(weights + (<usize>row << 2));
    const total = logSumExp(classes, scores);
    let slopeSum: f64 = 0;
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const target = weight * <f64>load<f32>(targets + c);
      let slope: f64 = 0;
      // Where the target is 0, log 0 does not matter.
      if (target != 0) {
        const logProbability = <f64>load<f32>(scores + c) - total;
        let factor: f64 = 1, steepness: f64 = 1;
        if (gamma != 0) {
          // (1 - p)^gamma, and the derivative of (1 - p)^gamma log p in log p.
          const rest = -expm1(logProbability);
          factor = pow(rest, gamma);
          // Both fall to 0 where p is 1, (1 - p)^(gamma - 1) may not.
          steepness = rest > 0 ? factor - (gamma * factor * exp(logProbability) * logProbability) / rest : 0;
        }
        loss -= target * factor * logProbability;
        slope = -target * steepness;
      }
      store<f64>(slopes + (c << 1), slope);
      slopeSum += slope;
    }
    // d log p_c / d score_j is 1 - p_j where c is j, and -p_j elsewhere.
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const probability = exp(<f64>load<f32>(scores + c) - total);
      store<f32>(gradient + c, <f32>(load<f64>(slopes + (c << 1)) - probability * slopeSum));
    }
  }
  return loss;
}

function logSumExp(count: i32, scores: usize): f64 {
  const end = scores + (<usize>count << 2);
  let largest = <f64>load<f32>(scores);
  for (let p = scores; p < end; p += 4) largest = max(largest, <f64>load<f32>(p));
  let sum: f64 = 0;
  for (let p = scores; p < end; p += 4) sum += exp(<f64>load<f32>(p) - largest);
  return largest + log(sum);
}

/** Mean over the labels of max(x, 0) - x z + log(1 + exp(-|x|)), which does not overflow; otherwise as softmaxLosses. */
export function sigmoidLosses(
  rows: i32, labels: i32, scores: usize, targets: usize, weights: usize, gradient: usize,
): f64 {
  let loss: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const share = <f64>load<f32>(weights + (<usize>row << 2)) / <f64>labels;
    for (let label = 0; label < labels; label++, scores += 4, targets += 4, gradient += 4) {
      const x = <f64>load<f32>(scores), target = <f64>load<f32>(targets);
      const small = exp(-abs(x));
      loss += share * (max<f64>(x, 0) - x * target + log1p(small));
      store<f32>(gradient, <f32>(share * ((x >= 0 ? 1 : small) / (1 + small) - target)));
    }
  }
  return loss;
}

/** Rows whose largest score stands where the largest target does; of equals it is the first. */
export function countCorrect(rows: i32, classes: i32, scores: usize, targets: usize): i32 {
  const rowBytes = <usize>classes << 2;
  let correct = 0;
  for (let row = 0; row < rows; row++, scores += rowBytes, targets += rowBytes) {
    if (placeOfLargest(rowBytes, scores) == placeOfLargest(rowBytes, targets)) correct++;
  }
  return correct;
}

function placeOfLargest(bytes: usize, values: usize): usize {
  let place: usize = 0;
  for (let at: usize = 4; at < bytes; at += 4) if (load<f32>(values + at) > load<f32>(values + place)) place = at;
  return place;
}
