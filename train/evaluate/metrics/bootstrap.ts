// Percentile intervals by a seeded, stratified bootstrap (Efron and Tibshirani 1993): each stratum is drawn from with
// replacement as often as it has samples, so that no resample lacks a class. It treats samples as independent.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Interval } from "./figure.ts";

export const RESAMPLES = 2000;

/** Every resample's statistics, in the order drawn, computed from how often each sample was drawn. */
export function bootstrap<Name extends string>(
  strata: ArrayLike<number>,
  seed: number,
  statistics: (weights: Uint32Array) => Record<Name, number | undefined>,
  resamples: number = RESAMPLES,
): Record<Name, number | undefined>[] {
  const random = xoroshiro128plus(seed);
  const members = Map.groupBy(
    Array.from({ length: strata.length }, (_, i) => i),
    (i) => strata[i],
  );
  return Array.from({ length: resamples }, () => {
    const weights = new Uint32Array(strata.length);
    for (const stratum of members.values()) {
      for (let i = 0; i < stratum.length; i++) weights[stratum[uniformInt(random, 0, stratum.length - 1)]]++;
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
