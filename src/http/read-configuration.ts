// All that the Worker's variables say of its HTTP surface.

import { fail } from "../base/result.ts";
import type { AppDeps } from "./app.ts";
import { readAuthentication } from "./auth/read-authentication.ts";
import { DEFAULT_LIMITS, parseLimits } from "./request/limits.ts";
import { readOrigins } from "./response/cors.ts";

/** Whatever is not well-formed, nothing is served: then `authentication` is the failure, which names the variable. */
export function readConfiguration(
  variables: Record<string, unknown>,
  sources: Parameters<typeof readAuthentication>[1],
): Pick<AppDeps, "limits" | "origins" | "authentication"> {
  const limits = parseLimits(variables);
  const origins = readOrigins(variables["CORS_ORIGINS"]);
  const authentication = readAuthentication(variables, sources);
  return {
    limits: limits.ok ? limits.value : DEFAULT_LIMITS,
    origins: origins.ok ? origins.value : new Set(),
    authentication: !limits.ok ? fail("not_configured", limits.error.detail) : !origins.ok ? origins : authentication,
  };
}
