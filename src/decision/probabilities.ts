// Logits to calibrated probabilities.

import type { Manifest } from "../bundle/manifest.ts";

/** Softmax of the logits divided by the calibration's temperature; stable for logits of any size. */
export function toProbabilities(logits: Float32Array, calibration: Manifest["calibration"]): Float64Array {
  const temperature = calibration.method === "temperature" ? calibration.temperature : 1;
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** Free energy, -log sum exp(logits) (Liu et al. 2020): higher for inputs unlike the training data. */
export function freeEnergy(logits: Float32Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return -largest - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}
