// A request's first lines, bounded before anybody looks into them. The platform has bounds of its own, and wider ones.

import type { MiddlewareHandler } from "hono";
import type { Env } from "../env.ts";
import { refuse } from "../refuse.ts";
import type { RequestLimits } from "./limits.ts";

export function checkHeaders({ headers: limits }: Pick<RequestLimits, "headers">): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.url.length > limits.urlLength) {
      return refuse(c, "uri_too_long", `a URL may have at most ${limits.urlLength} characters`);
    }
    let [count, bytes] = [0, 0];
    for (const [name, value] of c.req.raw.headers) {
      count++;
      bytes += name.length + value.length;
    }
    if (count > limits.count || bytes > limits.bytes) {
      const detail = `a request may have at most ${limits.count} headers with at most ${limits.bytes} bytes`;
      return refuse(c, "headers_too_large", detail);
    }
    return next();
  };
}
