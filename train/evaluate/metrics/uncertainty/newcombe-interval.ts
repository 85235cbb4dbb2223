// An interval of an area under the ROC curve for where DeLong's has no width, as when positives and negatives are
// parted completely: method 5 of Newcombe 2006, "Confidence intervals for an effect size measure based on the
// Mann-Whitney statistic. Part 2" (Statistics in Medicine 25:559-573).

import type { Interval } from "../figure.ts";
import { Z95 } from "./normal.ts";

export function newcombeInterval(area: number, positives: number, negatives: number): Interval {
  const pairs = (positives + negatives) / 2 - 1;
  const excess = (theta: number) => {
    const spread = 1 + pairs * ((1 - theta) / (2 - theta) + theta / (1 + theta));
    return (area - theta) ** 2 - (Z95 ** 2 * theta * (1 - theta) * spread) / (positives * negatives);
  };
  // At the area the excess is below zero or zero, at 0 and 1 above it or zero: one crossing on each side.
  return [bisect(excess, 0, area), bisect(excess, 1, area)];
}

/** The point between `outside`, where `excess` is positive, and `inside`, where it is not. */
function bisect(excess: (theta: number) => number, outside: number, inside: number): number {
  if (outside === inside) return outside;
  let [far, near] = [outside, inside];
  for (let i = 0; i < 60; i++) {
    const middle = (far + near) / 2;
    if (excess(middle) > 0) far = middle;
    else near = middle;
  }
  return near;
}
