// How a handler answers with a problem: the one way in, so that every refusal is logged and has the shape of its dialect.

import type { RequestContext } from "./env.ts";
import { errorObject, problem, toProblemCode, type ProblemCode, type ProblemFailure } from "./problem.ts";

/**
 * Paths of protocols whose errors are `{"error": …}`, whether something is served there or not: Open Inference, and
 * TensorFlow Serving's verbs, metadata, versions and labels.
 */
const ERROR_OBJECT_PATH = /^(?:\/v2(?:\/|$)|\/v1\/models\/(?:[^/]+\/(?:metadata|versions|labels)(?:\/|$)|.*:[^/]*$))/;

/** Leaves the code and the detail for the log line. */
export function refuse(
  c: RequestContext,
  code: ProblemCode,
  detail: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): Response {
  c.set("problem", { code, detail });
  if (ERROR_OBJECT_PATH.test(c.req.path)) return errorObject(code, detail, headers);
  return problem(code, detail, c.var.requestId, headers, extensions);
}

/** Answers with the problem that an expected failure is. */
export function refuseFailure(c: RequestContext, failure: ProblemFailure): Response {
  return refuse(c, toProblemCode(failure), failure.detail);
}
