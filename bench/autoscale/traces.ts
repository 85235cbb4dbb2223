// Arrivals over time: at one rate, over a day, and in a burst. Seeded, so that a run can be repeated.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** `ratePerSecond` of a moment, in requests a second; never above `peak`. */
export type Trace = { name: string; seconds: number; peak: number; ratePerSecond: (second: number) => number };

/** A day is compressed to this: its rate changes over many minutes, to which isolates adapt in a few seconds. */
const DAY_SECONDS = 600;
const BURST = 50;

export const steady = (rate: number): Trace => ({
  name: "steady",
  seconds: 60,
  peak: rate,
  ratePerSecond: () => rate,
});

/** From a fifth of the mean at night to 1.8 times the mean at noon. */
export const daily = (mean: number): Trace => ({
  name: "daily",
  seconds: DAY_SECONDS,
  peak: 1.8 * mean,
  ratePerSecond: (second) => mean * (1 - 0.8 * Math.cos((2 * Math.PI * second) / DAY_SECONDS)),
});

/** Within one second fifty times as many, for ten seconds. */
export const burst = (rate: number): Trace => ({
  name: `burst x ${BURST}`,
  seconds: 60,
  peak: BURST * rate,
  ratePerSecond: (second) => (second >= 30 && second < 40 ? BURST * rate : rate),
});

/** Times in seconds, ascending: a Poisson process of the trace's rate, by thinning (Lewis and Shedler 1979). */
export function* arrivals(trace: Trace, seed: number): Generator<number, void> {
  const random = xoroshiro128plus(seed);
  for (let second = 0; ;) {
    second -= Math.log(1 - uniformFloat64(random)) / trace.peak;
    if (second >= trace.seconds) return;
    if (uniformFloat64(random) * trace.peak < trace.ratePerSecond(second)) yield second;
  }
}
