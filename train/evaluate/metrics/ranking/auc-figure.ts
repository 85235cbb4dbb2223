// An area under the ROC curve with its interval.

import { delong } from "../uncertainty/delong.ts";
import type { Figure } from "../figure.ts";
import { newcombeInterval } from "../uncertainty/newcombe-interval.ts";
import { Z95 } from "../uncertainty/normal.ts";
import { rankScores } from "./ranking.ts";
import { rocAuc } from "./roc-auc.ts";

/** DeLong's interval, cut at 0 and 1; Newcombe's where the variance is zero or cannot be estimated. */
export function toAucFigure(scores: ArrayLike<number>, isPositive: ArrayLike<number>): Figure {
  const value = rocAuc(rankScores(scores, isPositive));
  if (value === undefined) return undefined;
  const variance = delong([scores], isPositive)?.covariance[0][0] ?? 0;
  if (variance > 0) {
    const spread = Z95 * Math.sqrt(variance);
    return { value, interval95: [Math.max(0, value - spread), Math.min(1, value + spread)], method: "delong" };
  }
  const positives = Array.from(isPositive).filter(Boolean).length;
  return { value, interval95: newcombeInterval(value, positives, isPositive.length - positives), method: "newcombe" };
}
