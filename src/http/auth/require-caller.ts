// The door for callers: no handler but the open paths' runs without one.

import type { MiddlewareHandler } from "hono";
import type { Failure, Result } from "../../base/result.ts";
import type { Env } from "../env.ts";
import { refuse } from "../refuse.ts";
import type { Authenticate } from "./authenticate.ts";

/** What probes ask without credentials; nothing there names a model or a key. */
const OPEN_PATHS = new Set(["/healthz", "/v2/health/live", "/v2/health/ready"]);

/** A service that is not configured refuses every path, so that whoever deploys it sees it at once. */
export function requireCaller(authentication: Result<Authenticate, Failure<"not_configured">>): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!authentication.ok) return refuse(c, "not_configured", "the log says what is missing");
    if (OPEN_PATHS.has(c.req.path)) return next();
    const caller = await authentication.value(c.req.raw, (work) => c.executionCtx.waitUntil(work));
    if (caller.ok) {
      c.set("caller", caller.value);
      return next();
    }
    const { reason } = caller.error;
    const response =
      reason === "keys_unavailable"
        ? refuse(c, "keys_unavailable", "the request may be tried again")
        : reason === "open_elsewhere"
          ? refuse(c, "not_configured", "without authentication it serves the machine that it runs on, by localhost")
          : refuse(c, "unauthenticated", "an API key or a token is needed");
    // Missing, unknown and expired are one to the caller, so that nobody learns which keys exist or existed.
    c.set("problem", { ...c.var.problem, reason });
    return response;
  };
}
