// The Brier score: the squared distance of the probabilities from what turned out to be true.

import type { Weights } from "./ranking/ranking.ts";

/** Each sample's part: for one probability (p - y)^2, 0 to 1; for a row of classes their sum, 0 to 2 (Brier 1950). */
export function brierParts(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  columns: number,
): Float64Array {
  const parts = new Float64Array(outcomes.length / columns);
  for (let i = 0; i < outcomes.length; i++) parts[Math.floor(i / columns)] += (probabilities[i] - outcomes[i]) ** 2;
  return parts;
}

/** The mean of the parts; undefined without samples. */
export function meanOf(parts: ArrayLike<number>, weights?: Weights): number | undefined {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < parts.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * parts[i];
    total += weight;
  }
  return total > 0 ? sum / total : undefined;
}
