// What an isolate takes on at a time. Whoever finds it full waits in a short line, first come, first served, and whoever
// finds the line full is sent away. No clock, no I/O: how long somebody waits is for the caller's signal to say.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

/** Bytes of bodies, and pixels of decoded images: what a request is going to hold. */
export type Cost = { bytes: number; pixels: number };

/** Gives back what was taken; a second call does nothing. */
export type Release = () => void;

type AdmissionReason = "overloaded" | "aborted";

export type Admit = (cost: Cost, signal: AbortSignal) => Promise<Result<Release, Failure<AdmissionReason>>>;

/**
 * `bytes` and `pixels` are what all requests may hold together, `waiting` how many may wait for each. A cost beyond the
 * whole of it takes the whole. Whoever asks twice asks for bytes before pixels: then nobody who holds the one waits for
 * somebody who waits for the other.
 */
export function createAdmission({ bytes, pixels, waiting }: Cost & { waiting: number }): Admit {
  const takeBytes = createLine(bytes, waiting);
  const takePixels = createLine(pixels, waiting);

  return async (cost, signal) => {
    const releaseBytes = await takeBytes(cost.bytes, signal);
    if (!releaseBytes.ok) return releaseBytes;
    const releasePixels = await takePixels(cost.pixels, signal);
    if (!releasePixels.ok) {
      releaseBytes.value();
      return releasePixels;
    }
    return ok(() => {
      releasePixels.value();
      releaseBytes.value();
    });
  };
}

type Waiter = { amount: number; enter: () => void };

/** One resource and those who wait for it. A large amount is not overtaken by small ones that would fit. */
function createLine(capacity: number, maxWaiting: number) {
  let free = capacity;
  const line: Waiter[] = [];

  function letIn(): void {
    while (line.length > 0 && line[0].amount <= free) line.shift()?.enter();
  }

  function take(amount: number): Release {
    free -= amount;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      free += amount;
      letIn();
    };
  }

  return async (wanted: number, signal: AbortSignal): Promise<Result<Release, Failure<AdmissionReason>>> => {
    if (signal.aborted) return aborted;
    const amount = Math.min(wanted, capacity);
    if (amount === 0) return ok(() => undefined);
    if (line.length === 0 && amount <= free) return ok(take(amount));
    if (line.length >= maxWaiting) return fail("overloaded", "the service has as much to do as it takes on");
    return new Promise((resolve) => {
      const waiter: Waiter = {
        amount,
        enter: () => {
          signal.removeEventListener("abort", leave);
          resolve(ok(take(amount)));
        },
      };
      const leave = () => {
        line.splice(line.indexOf(waiter), 1);
        resolve(aborted);
        // Those behind may fit where this one did not.
        letIn();
      };
      signal.addEventListener("abort", leave, { once: true });
      line.push(waiter);
    });
  };
}

const aborted = fail("aborted", "the wait was given up");
