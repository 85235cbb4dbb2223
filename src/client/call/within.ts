// Bounds a piece of work in time, with nothing newer than AbortController: React Native has no AbortSignal.any or .timeout.

import { EdgescopeError } from "../edgescope-error.ts";

/**
 * Rejects after `ms`, or with the outer signal's reason when that is aborted, at once and even if `work` goes on; the
 * signal that `work` is given is aborted at the same moment.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (outer?.aborted) throw outer.reason ?? abortError();
  const controller = new AbortController();
  let stop: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const onAbort = () => stop(outer?.reason ?? abortError());
  const timer = setTimeout(() => stop(new EdgescopeError("timeout", `no answer within ${ms} ms`)), ms);
  outer?.addEventListener("abort", onAbort);
  try {
    return await Promise.race([stopped, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", onAbort);
  }
}

/** For platforms whose signals carry no reason. */
const abortError = () => Object.assign(new Error("the call was aborted"), { name: "AbortError" });
