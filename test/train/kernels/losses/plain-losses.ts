// Losses of rows of scores and their gradients in plain JavaScript: what the kernels are held to, to the last bit.

type RowLosses = { loss: number; gradient: Float32Array };

/**
 * Cross-entropy of softmax against soft targets, -sum t (1 - p)^gamma log p: focal loss (Lin et al. 2017) unless gamma is 0.
 * Scores and targets are [rows, classes].
 */
export function plainSoftmaxLosses(
  scores: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  focalGamma: number,
): RowLosses {
  const classes = scores.length / weights.length;
  const gradient = new Float32Array(scores.length);
  const slopes = new Float64Array(classes);
  let loss = 0;
  for (const [row, weight] of weights.entries()) {
    const at = row * classes;
    const total = logSumExp(scores, at, classes);
    let slopeSum = 0;
    for (let c = 0; c < classes; c++) {
      const target = weight * targets[at + c];
      const logProbability = scores[at + c] - total;
      const { factor, slope } = focus(logProbability, focalGamma);
      // Where the target is 0, log 0 does not matter.
      if (target !== 0) loss -= target * factor * logProbability;
      slopes[c] = target === 0 ? 0 : -target * slope;
      slopeSum += slopes[c];
    }
    // d log p_c / d score_j is 1 - p_j where c is j, and -p_j elsewhere.
    for (let c = 0; c < classes; c++) gradient[at + c] = slopes[c] - Math.exp(scores[at + c] - total) * slopeSum;
  }
  return { loss, gradient };
}

/** (1 - p)^gamma, and the derivative of (1 - p)^gamma log p in log p. */
function focus(logProbability: number, gamma: number): { factor: number; slope: number } {
  if (gamma === 0) return { factor: 1, slope: 1 };
  const p = Math.exp(logProbability);
  const rest = -Math.expm1(logProbability);
  const factor = rest ** gamma;
  // Both fall to 0 where p is 1, (1 - p)^(gamma - 1) may not.
  return { factor, slope: rest > 0 ? factor - (gamma * factor * p * logProbability) / rest : 0 };
}

function logSumExp(scores: Float32Array, at: number, classes: number): number {
  let largest = scores[at];
  for (let c = 1; c < classes; c++) largest = Math.max(largest, scores[at + c]);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(scores[at + c] - largest);
  return largest + Math.log(sum);
}

/** Mean over the labels of max(x, 0) - x z + log(1 + exp(-|x|)), which does not overflow. */
export function plainSigmoidLosses(scores: Float32Array, targets: Float32Array, weights: Float32Array): RowLosses {
  const labels = scores.length / weights.length;
  const gradient = new Float32Array(scores.length);
  let loss = 0;
  for (const [i, x] of scores.entries()) {
    const share = weights[Math.floor(i / labels)] / labels;
    const small = Math.exp(-Math.abs(x));
    loss += share * (Math.max(x, 0) - x * targets[i] + Math.log1p(small));
    gradient[i] = share * ((x >= 0 ? 1 : small) / (1 + small) - targets[i]);
  }
  return { loss, gradient };
}
