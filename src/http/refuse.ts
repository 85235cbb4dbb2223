// How a handler answers with a problem: the one way in, so that every refusal is logged.

import type { RequestContext } from "./env.ts";
import { problem, toProblemCode, type ProblemCode, type ProblemFailure } from "./problem.ts";

/** Leaves the code and the detail for the log line. */
export function refuse(
  c: RequestContext,
  code: ProblemCode,
  detail: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): Response {
  c.set("problem", { code, detail });
  return problem(code, detail, c.var.requestId, headers, extensions);
}

/** Answers with the problem that an expected failure is. */
export function refuseFailure(c: RequestContext, failure: ProblemFailure): Response {
  return refuse(c, toProblemCode(failure), failure.detail);
}
