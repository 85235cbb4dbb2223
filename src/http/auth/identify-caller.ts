// Who asks: found out before anything is done for them, and before anybody is turned away.

import type { MiddlewareHandler } from "hono";
import type { Failure, Result } from "../../base/result.ts";
import type { Env } from "../env.ts";
import { OPENAPI_PATH, REFERENCE_PATH } from "../openapi/routes.ts";
import { refuse } from "../refuse.ts";
import type { Authenticate, AuthenticationReason } from "./authenticate.ts";
import type { Caller } from "./caller.ts";

export type Identity = Result<Caller, Failure<AuthenticationReason>>;

/** What probes ask, and how the service is asked, without credentials; nothing there names a model or a key. */
const OPEN_PATHS = new Set(["/healthz", "/v2/health/live", "/v2/health/ready", OPENAPI_PATH, REFERENCE_PATH]);

/** A service that is not configured refuses every path, so that whoever deploys it sees it at once. */
export function identifyCaller(
  authentication: Result<Authenticate, Failure<"not_configured">>,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!authentication.ok) return refuse(c, "not_configured", "the log says what is missing");
    if (OPEN_PATHS.has(c.req.path)) return next();
    const identity = await authentication.value(c.req.raw, (work) => c.executionCtx.waitUntil(work));
    c.set("identity", identity);
    if (identity.ok) {
      c.set("caller", identity.value);
      c.var.facts.caller = identity.value.name;
    }
    return next();
  };
}
