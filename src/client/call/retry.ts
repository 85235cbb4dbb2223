// Tries again what may be tried again: bounded in attempts and in time, spread out so that clients do not come back together.

import { EdgescopeError } from "../edgescope-error.ts";

export type RetryPolicy = {
  maxAttempts: number;
  /** In the time of `now`; no attempt begins after it. */
  deadlineMs: number;
};

/** Clock, chance and patience, handed in so that tests need neither. */
export type Timing = {
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** Ends early, without failing, when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** A full-jitter backoff (Brooker, "Exponential Backoff And Jitter", AWS 2015) starts with up to this and doubles. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8000;

/** Too many requests, and what the service and the proxies before it say when they cannot answer now. */
const PASSING_STATUSES = new Set([429, 502, 503, 504]);

export async function retry<T>(
  attempt: (number: number) => Promise<T>,
  { maxAttempts, deadlineMs }: RetryPolicy,
  signal: AbortSignal,
  { now, random, sleep }: Timing,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      if (!(error instanceof EdgescopeError) || !isPassing(error) || number >= maxAttempts) throw error;
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (number - 1));
      const waitMs = (error.retryAfterMs ?? 0) + random() * backoffMs;
      if (now() + waitMs >= deadlineMs) throw error;
      await sleep(waitMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

const isPassing = ({ code, status }: EdgescopeError) =>
  status === undefined ? code === "network_error" || code === "timeout" : PASSING_STATUSES.has(status);
