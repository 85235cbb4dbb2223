// One line a request, to the log and to the metrics, whatever became of it.

import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { dialectOf } from "../request/dialect.ts";
import type { Env } from "../env.ts";
import type { LogLine } from "./log-line.ts";
import { toDataPoint, type Metrics } from "./metrics.ts";
import { continueTrace } from "./traceparent.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export type LogDeps = {
  newRequestId: () => string;
  randomHex: (bytes: number) => string;
  now: () => number;
  log: (line: LogLine) => void;
  metrics?: Metrics;
};

/** The request's own identifier is never taken from the request: what a caller sends is not for the log. */
export function logRequests({ newRequestId, randomHex, now, log, metrics }: LogDeps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const began = now();
    const requestId = newRequestId();
    const { traceId, traceparent } = continueTrace(c.req.header("traceparent"), randomHex);
    c.set("requestId", requestId);
    c.set("facts", {});
    c.set("now", now);
    await next();
    c.res.headers.set("x-request-id", requestId);
    c.res.headers.set("traceparent", traceparent);
    const { method, path } = c.req;
    const dialect = dialectOf(path);
    const line: LogLine = {
      requestId,
      traceId,
      method: METHODS.has(method) ? method : "OTHER",
      route: routePath(c, -1),
      ...(dialect && { dialect }),
      status: c.res.status,
      ...c.var.problem,
      ...c.var.facts,
      elapsedMs: now() - began,
    };
    log(line);
    metrics?.writeDataPoint(toDataPoint(line));
  };
}
