// Cross-origin requests, from the origins that the configuration names. Credentials are headers that a page sets itself, so
// that none are ever sent by a browser on its own.

import type { MiddlewareHandler } from "hono";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { Env } from "../env.ts";

const ALLOW_METHODS = "GET, POST";
const ALLOW_HEADERS = [
  "authorization",
  "x-api-key",
  "content-type",
  "content-encoding",
  "inference-header-content-length",
  "edgescope-subject",
  "traceparent",
].join(", ");
const EXPOSE_HEADERS = [
  "x-request-id",
  "traceparent",
  "retry-after",
  "ratelimit",
  "ratelimit-policy",
  "inference-header-content-length",
].join(", ");
const MAX_AGE_SECONDS = "600";

/** `CORS_ORIGINS` is a list with commas; a page without TLS is taken on this machine alone. */
export function readOrigins(text: unknown = ""): Result<ReadonlySet<string>, Failure<"not_configured">> {
  const origins = String(text)
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  const areOrigins = origins.every(
    (origin) => /^https:\/\/[^/]+$|^http:\/\/localhost(?::\d+)?$/.test(origin) && URL.parse(origin)?.origin === origin,
  );
  return areOrigins
    ? ok(new Set(origins))
    : fail("not_configured", "CORS_ORIGINS is not a list of origins such as https://app.example");
}

/** A preflight is answered before anybody is asked for credentials: it has none. */
export function allowOrigins(origins: ReadonlySet<string>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const origin = c.req.header("origin");
    const isAllowed = origin !== undefined && origins.has(origin);
    if (c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined) {
      return c.body(null, 204, {
        vary: "origin",
        ...(isAllowed && {
          "access-control-allow-origin": origin,
          "access-control-allow-methods": ALLOW_METHODS,
          "access-control-allow-headers": ALLOW_HEADERS,
          "access-control-max-age": MAX_AGE_SECONDS,
        }),
      });
    }
    await next();
    if (origins.size > 0) c.res.headers.append("vary", "origin");
    if (isAllowed) {
      c.res.headers.set("access-control-allow-origin", origin);
      c.res.headers.set("access-control-expose-headers", EXPOSE_HEADERS);
    }
  };
}
