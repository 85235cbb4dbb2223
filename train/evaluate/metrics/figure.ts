// A figure of an evaluation, with how sure it is: the value, its 95 % interval and the method that gave the interval.

import { wilsonInterval } from "./uncertainty/wilson-interval.ts";

export type Interval = [low: number, high: number];

/**
 * `wilson`: score interval of a proportion. `delong`: DeLong et al. 1988. `newcombe`: Newcombe 2006, where DeLong's is
 * degenerate. `bootstrap`: percentiles of 2,000 resamples, stratified by the truth where there is one truth an image; of
 * whole groups where groups are known.
 */
export type IntervalMethod = "wilson" | "delong" | "newcombe" | "bootstrap";

/** Undefined where the figure would divide by zero, such as the sensitivity for a class that no image shows. */
export type Figure = { value: number; interval95: Interval; method: IntervalMethod } | undefined;

/** The share of `successes` among `trials`. */
export const toShare = (successes: number, trials: number): Figure =>
  trials === 0
    ? undefined
    : { value: successes / trials, interval95: wilsonInterval(successes, trials), method: "wilson" };
