// How a handler answers with a problem: the one way in, so that every refusal is logged and has the shape of its dialect.

import { dialectOf } from "./request/dialect.ts";
import type { RequestContext } from "./env.ts";
import { errorObject, problem, toProblemCode, type ProblemCode, type ProblemFailure } from "./problem.ts";

/** Leaves the code and the detail for the log line. */
export function refuse(
  c: RequestContext,
  code: ProblemCode,
  detail: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): Response {
  c.set("problem", { code, detail });
  const dialect = dialectOf(c.req.path);
  // Open Inference's and TensorFlow Serving's errors are `{"error": …}`.
  if (dialect === "open_inference" || dialect === "tf_serving") return errorObject(code, detail, headers);
  return problem(code, detail, c.var.requestId, headers, extensions);
}

/** Answers with the problem that an expected failure is. */
export function refuseFailure(c: RequestContext, failure: ProblemFailure): Response {
  return refuse(c, toProblemCode(failure), failure.detail);
}
