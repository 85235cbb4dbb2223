// Logits to calibrated probabilities.

import type { Manifest } from "../bundle/manifest.ts";

type Calibration = Manifest["calibration"];

/** Softmax of the logits divided by the calibration's temperature; stable for logits of any size. */
export function toProbabilities(logits: Float32Array, calibration: Calibration): Float64Array {
  const temperature = temperatureOf(calibration);
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const probabilities = new Float64Array(logits.length);
  // By index: of a thousand classes `from`, `reduce` and `map` take as long as a layer of the network.
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    probabilities[i] = Math.exp((logits[i] - largest) / temperature);
    total += probabilities[i];
  }
  for (let i = 0; i < logits.length; i++) probabilities[i] /= total;
  return probabilities;
}

/** Sigmoid of each logit divided by the calibration's temperature: labels that do not exclude each other. */
export function toLabelProbabilities(logits: Float32Array, calibration: Calibration): Float64Array {
  const temperature = temperatureOf(calibration);
  return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit / temperature)));
}

/** Free energy, -log sum exp(logits) (Liu et al. 2020): higher for inputs unlike the training data. */
export function freeEnergy(logits: Float32Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return -largest - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}

/** The free energies of the labels, each against its absence, added (Wang et al. 2021, JointEnergy). */
export function jointEnergy(logits: Float32Array): number {
  return -logits.reduce((sum, logit) => sum + Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))), 0);
}

const temperatureOf = (calibration: Calibration): number =>
  calibration.method === "temperature" ? calibration.temperature : 1;
