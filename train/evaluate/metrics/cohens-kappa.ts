// Cohen's kappa: agreement beyond chance (Cohen 1960), and with quadratic weights for ordinal classes (Cohen 1968).

import type { ConfusionMatrix } from "../figures/confusion.ts";

export type KappaWeights = "none" | "quadratic";

/** Undefined without samples, or when chance alone would agree always, as with one class on both sides. */
export function cohensKappa(matrix: ConfusionMatrix, weights: KappaWeights): number | undefined {
  const rows = matrix.map((row) => row.reduce((total, count) => total + count, 0));
  const columns = matrix.map((_, j) => matrix.reduce((total, row) => total + row[j], 0));
  const count = rows.reduce((total, value) => total + value, 0);
  let observed = 0;
  let expected = 0;
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) {
      const disagreement = weights === "quadratic" ? (i - j) ** 2 : Number(i !== j);
      observed += disagreement * value;
      expected += (disagreement * rows[i] * columns[j]) / count;
    }
  }
  return expected > 0 ? 1 - observed / expected : undefined;
}
