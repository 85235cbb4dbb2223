// Rate limits: a quota for every caller, and one for every address that asks without being one.

import type { MiddlewareHandler } from "hono";
import type { Env, RequestContext } from "../env.ts";
import { refuse } from "../refuse.ts";
import type { CountRequest, Quota } from "./count-requests.ts";

const POLICY = '"requests"';

/** Without a counter there are no limits. The headers are those of draft-ietf-httpapi-ratelimit-headers-10. */
export function limitRates(
  countRequest: CountRequest | undefined,
  { requests, seconds }: Quota,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = quotaKeyOf(c);
    if (!countRequest || key === undefined) return next();
    const { isAllowed, remaining, resetSeconds } = await countRequest(key);
    const headers = {
      "ratelimit-policy": `${POLICY};q=${requests};w=${seconds}`,
      ratelimit: `${POLICY};r=${remaining};t=${resetSeconds}`,
    };
    if (!isAllowed) {
      const detail = `a caller may make ${requests} requests in ${seconds} seconds`;
      return refuse(c, "rate_limited", detail, { ...headers, "retry-after": String(resetSeconds) });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

/** Undefined where nobody is asked for credentials. An address is not logged, and the platform keeps it for the window. */
function quotaKeyOf(c: RequestContext): string | undefined {
  const { identity } = c.var;
  if (identity?.ok) return identity.value.quotaKey;
  return `address:${c.req.header("cf-connecting-ip") ?? ""}`;
}
