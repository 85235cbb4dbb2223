// Figures whose intervals come from the bootstrap, all from the same resamples.

import { bootstrap, percentileInterval } from "./bootstrap.ts";
import type { Figure } from "../figure.ts";
import type { Weights } from "../ranking/ranking.ts";

/** `statistics` is asked once without weights for the values, and once a resample. */
export function toBootstrapFigures<Name extends string>(
  samples: { strata: ArrayLike<number>; groups?: readonly string[] | undefined },
  seed: number,
  statistics: (weights?: Weights) => Record<Name, number | undefined>,
): Record<Name, Figure> {
  const values = statistics();
  const resampled = bootstrap(samples, seed, statistics);
  const figures = Object.entries<number | undefined>(values).map(([name, value]): [string, Figure] => {
    const interval95 = percentileInterval(resampled.map((statistic) => statistic[name as Name]));
    return [name, value === undefined || !interval95 ? undefined : { value, interval95, method: "bootstrap" }];
  });
  return Object.fromEntries(figures) as Record<Name, Figure>;
}
