// Figures as people read them.

import type { Proportion } from "../evaluate/figures/confusion.ts";
import type { Figure } from "../evaluate/metrics/figure.ts";

/** "98.44 % (98.18 to 98.66)". */
export function formatProportion(proportion: Proportion): string {
  if (!proportion) return "none";
  const percent = (value: number) => (100 * value).toFixed(2);
  const [low, high] = proportion.interval95;
  return `${percent(proportion.value)} % (${percent(low)} to ${percent(high)})`;
}

/** "0.984 (0.981 to 0.987)", for figures that are no shares. */
export function formatFigure(figure: Figure): string {
  if (!figure) return "none";
  const [low, high] = figure.interval95;
  return `${figure.value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
