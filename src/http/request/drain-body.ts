// Bodies that no handler has read. An answer that comes while the caller still sends reaches many HTTP clients as a broken
// connection, so what they send is read and thrown away first: up to a bound, in bounded time, and it takes no memory.

import type { MiddlewareHandler } from "hono";
import { readAtMost } from "../../base/read-at-most.ts";
import type { Env } from "../env.ts";
import type { RequestLimits } from "./limits.ts";

/** A caller who sends more is answered at once, and sees what their client makes of it. */
export const DRAIN_BYTES = 8 * 1024 * 1024;

/** Undefined for a body of unknown length, and for a header that no length stands in. */
export const readLength = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;

export function drainBodies({ maxBodyMs }: Pick<RequestLimits, "maxBodyMs">): MiddlewareHandler<Env> {
  return async (c, next) => {
    await next();
    const { body, bodyUsed } = c.req.raw;
    if (!body || bodyUsed || (readLength(c.req.header("content-length")) ?? 0) > DRAIN_BYTES) return;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), maxBodyMs);
    try {
      await readAtMost(body, 0, { drainBytes: DRAIN_BYTES, signal: deadline.signal });
    } catch {
      // The caller has gone; so has the need.
    } finally {
      clearTimeout(timer);
    }
  };
}
