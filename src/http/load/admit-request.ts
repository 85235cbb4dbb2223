// A request's way to what the isolate takes on: it waits for a bounded time, and no longer than its caller does.

import type { MiddlewareHandler } from "hono";
import { fail, type Failure, type Result } from "../../base/result.ts";
import type { Env } from "../env.ts";
import { noteTime } from "../log/note.ts";
import type { RequestLimits } from "../request/limits.ts";
import type { Admit, Cost, Release } from "./admission.ts";

export type RefusedAdmission = Failure<"overloaded" | "client_closed_request">;

/** What is taken is given back by the release, which may be left to the end of the request. */
export type AdmitRequest = (cost: Cost) => Promise<Result<Release, RefusedAdmission>>;

export function admitRequests(
  admit: Admit,
  { maxBodyMs, isolate: { maxWaitMs } }: Pick<RequestLimits, "maxBodyMs" | "isolate">,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("maxBodyMs", maxBodyMs);
    c.set("admit", async (cost) => {
      const began = c.var.now();
      const admitted = await admitWithin(admit, cost, maxWaitMs, c.req.raw.signal);
      noteTime(c, "waitMs", began);
      return admitted;
    });
    await next();
  };
}

/**
 * The timer is more than a bound: workerd ends a request that waits for nothing but another request ("your Worker's code
 * had hung"), and a timer of its own is something to wait for.
 */
export async function admitWithin(
  admit: Admit,
  cost: Cost,
  maxWaitMs: number,
  caller: AbortSignal,
): Promise<Result<Release, RefusedAdmission>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), maxWaitMs);
  const admitted = await admit(cost, AbortSignal.any([caller, deadline.signal]));
  clearTimeout(timer);
  if (admitted.ok) return admitted;
  return caller.aborted ? clientClosed : fail("overloaded", "the service has as much to do as it takes on");
}

/** Nobody reads this answer; the log does. */
export const clientClosed = fail("client_closed_request", "the caller has gone away");
