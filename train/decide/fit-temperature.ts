// Temperature scaling (Guo et al. 2017): the one number that logits are divided by so that probabilities mean what they
// say. Fitted on validation images only.

/** What the logits are made into; the likelihood that is maximised is theirs. */
export type Head = "softmax" | "sigmoid";

/** `logLoss` is the mean negative log-likelihood, in nats. */
export type FittedTemperature = { temperature: number; logLossBefore: number; logLossAfter: number };

/** Beyond these the logits carry no information or all of it; no network that was trained needs more. */
const [COLDEST, HOTTEST] = [0.05, 20];

/** Halvings of the search interval by the golden ratio: to 1e-9 of the temperature. */
const STEPS = 50;

/**
 * `logits` has a row an image. `truth` is one class index an image for a softmax, and for sigmoids a 0 or 1 a logit.
 * The loss is convex in 1/temperature, so the search finds the one minimum; the same inputs, the same temperature.
 */
export function fitTemperature(
  logits: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  head: Head,
): FittedTemperature {
  const lossAt = (temperature: number) =>
    head === "softmax" ? softmaxLoss(logits, truth, temperature) : sigmoidLoss(logits, truth, temperature);
  const shrink = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(COLDEST), Math.log(HOTTEST)];
  for (let step = 0; step < STEPS; step++) {
    const [left, right] = [high - shrink * (high - low), low + shrink * (high - low)];
    if (lossAt(Math.exp(left)) <= lossAt(Math.exp(right))) high = right;
    else low = left;
  }
  const temperature = Math.exp((low + high) / 2);
  return { temperature, logLossBefore: lossAt(1), logLossAfter: lossAt(temperature) };
}

function softmaxLoss(rows: readonly ArrayLike<number>[], truth: ArrayLike<number>, temperature: number): number {
  let loss = 0;
  for (const [i, row] of rows.entries()) {
    let largest = -Infinity;
    for (let k = 0; k < row.length; k++) largest = Math.max(largest, row[k]);
    let total = 0;
    for (let k = 0; k < row.length; k++) total += Math.exp((row[k] - largest) / temperature);
    loss += Math.log(total) - (row[truth[i]] - largest) / temperature;
  }
  return loss / rows.length;
}

function sigmoidLoss(rows: readonly ArrayLike<number>[], truth: ArrayLike<number>, temperature: number): number {
  let loss = 0;
  for (const [i, row] of rows.entries()) {
    for (let k = 0; k < row.length; k++) {
      const towards = (truth[i * row.length + k] ? row[k] : -row[k]) / temperature;
      loss += Math.max(-towards, 0) + Math.log1p(Math.exp(-Math.abs(towards)));
    }
  }
  return loss / truth.length;
}
