// Percentile intervals by a seeded, stratified bootstrap (Efron and Tibshirani 1993): each stratum is drawn from with
// replacement as often as it has samples, so that no resample lacks a class.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Interval } from "../figure.ts";

export const RESAMPLES = 2000;

/**
 * Every resample's statistics, in the order drawn, computed from how often each sample was drawn. Where samples come in
 * groups, such as images of one patient, whole groups are drawn: those of a group are not independent of each other. A
 * group belongs to the stratum of its first sample.
 */
export function bootstrap<Name extends string>(
  { strata, groups }: { strata: ArrayLike<number>; groups?: readonly string[] | undefined },
  seed: number,
  statistics: (weights: Uint32Array) => Record<Name, number | undefined>,
  resamples: number = RESAMPLES,
): Record<Name, number | undefined>[] {
  const random = xoroshiro128plus(seed);
  const indices = Array.from({ length: strata.length }, (_, i) => i);
  const units = groups ? [...Map.groupBy(indices, (i) => groups[i]).values()] : indices.map((i) => [i]);
  const unitsOf = Map.groupBy(units, ([first]) => strata[first]);
  return Array.from({ length: resamples }, () => {
    const weights = new Uint32Array(strata.length);
    for (const stratum of unitsOf.values()) {
      for (let i = 0; i < stratum.length; i++) {
        for (const index of stratum[uniformInt(random, 0, stratum.length - 1)]) weights[index]++;
      }
    }
    return statistics(weights);
  });
}

/** The 2.5 % and 97.5 % percentiles, by linear interpolation; resamples without a value are left out. */
export function percentileInterval(values: readonly (number | undefined)[]): Interval | undefined {
  const sorted = Float64Array.from(values.filter((value) => value !== undefined)).toSorted();
  if (sorted.length === 0) return undefined;
  const quantile = (share: number) => {
    const at = share * (sorted.length - 1);
    const below = sorted[Math.floor(at)];
    return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
  };
  return [quantile(0.025), quantile(0.975)];
}
