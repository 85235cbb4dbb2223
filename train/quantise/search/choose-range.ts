// The numbers that levels are to cover, by three methods: all that were seen, all but the rarest, or those whose levels
// are off by least in the mean square.

import type { Levels } from "../../../src/bundle/quantisation.ts";
import type { Spread } from "../observe-values.ts";

export const RANGE_METHODS = ["minimum-maximum", "percentile", "mean-squared-error"] as const;
export type RangeMethod = (typeof RANGE_METHODS)[number];

/** On both sides together. */
const RAREST = 0.0005;
const STEPS = 80;

export function chooseRange(spread: Spread, method: RangeMethod, highest: Levels["highest"]): Levels {
  switch (method) {
    case "minimum-maximum":
      return toLevels(spread.least, spread.most, highest);
    case "percentile":
      return toLevels(percentile(spread, RAREST / 2), percentile(spread, 1 - RAREST / 2), highest);
    case "mean-squared-error":
      return leastError(spread, highest);
  }
}

/** Zero is a level: borders of images are zeros, and so is what relu leaves. */
function toLevels(least: number, most: number, highest: Levels["highest"]): Levels {
  const [low, high] = [Math.min(0, least), Math.max(0, most)];
  const scale = (high - low) / highest || 1;
  return { scale, zeroPoint: Math.min(highest, Math.round(-low / scale)), highest };
}

function percentile({ least, most, counts }: Spread, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const part = counts.findIndex((count) => (seen += count) >= share * total);
  return least + ((part + (share < 0.5 ? 0 : 1)) * (most - least)) / counts.length;
}

function leastError(spread: Spread, highest: Levels["highest"]): Levels {
  let best = toLevels(spread.least, spread.most, highest);
  let error = errorOf(spread, best);
  for (let step = 1; step < STEPS; step++) {
    const part = 1 - step / STEPS;
    const levels = toLevels(spread.least * part, spread.most * part, highest);
    const narrower = errorOf(spread, levels);
    if (narrower < error) [best, error] = [levels, narrower];
  }
  return best;
}

/** Of the middle of every part, as often as the part was seen. */
function errorOf({ least, most, counts }: Spread, { scale, zeroPoint, highest }: Levels): number {
  let sum = 0;
  for (let part = 0; part < counts.length; part++) {
    const number = least + ((part + 0.5) * (most - least)) / counts.length;
    const level = Math.min(highest, Math.max(0, Math.round(number / scale) + zeroPoint));
    sum += counts[part] * (number - (level - zeroPoint) * scale) ** 2;
  }
  return sum;
}
