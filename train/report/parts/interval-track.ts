// A figure as a dot on a line from 0 to 1, with its interval as a band: a table that can be looked at.

import type { Figure } from "../../evaluate/metrics/figure.ts";
import type { Proportion } from "../../evaluate/figures/confusion.ts";

/** Empty where there is no figure. */
export function drawIntervalTrack(figure: Figure | Proportion): string {
  if (!figure) return "";
  const percent = (value: number) => `${(100 * Math.min(1, Math.max(0, value))).toFixed(2)}%`;
  const [low, high] = figure.interval95;
  const band = `<i style="left:${percent(low)};width:${percent(high - low)}"></i>`;
  return `<div class="track">${band}<u style="left:${percent(figure.value)}"></u></div>`;
}
