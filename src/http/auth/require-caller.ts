// The door for callers: no handler but the open paths' runs without one.

import type { MiddlewareHandler } from "hono";
import type { Env } from "../env.ts";
import { refuse } from "../refuse.ts";

export const requireCaller: MiddlewareHandler<Env> = async (c, next) => {
  const { identity } = c.var;
  if (!identity || identity.ok) return next();
  const { reason } = identity.error;
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
