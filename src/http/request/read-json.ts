// A JSON request: bounded before it is parsed, and of the shape that a schema says.

import type * as z from "zod/mini";
import { parseJsonWithin, type JsonReason } from "../../base/parse-json-within.ts";
import { parseShape } from "../../base/parse-shape.ts";
import { fail, type Failure, type Result } from "../../base/result.ts";
import type { RequestContext } from "../env.ts";
import type { RequestLimits } from "./limits.ts";
import { readBody, type ReadBodyReason } from "./read-body.ts";

export type ReadJsonReason = ReadBodyReason | JsonReason;

/** JSON stands in memory as bytes, as text, as values, and as what is made of them. */
export const JSON_COPIES = 4;

export async function readJson(
  c: RequestContext,
  { maxRequestBytes, json }: RequestLimits,
): Promise<Result<unknown, Failure<ReadJsonReason>>> {
  const body = await readBody(c, maxRequestBytes, JSON_COPIES);
  return body.ok ? parseJsonWithin(body.value, json) : body;
}

/** The detail of a failure says where, never what stands there: the path has indices and our own names. */
export function parseAs<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): Result<z.infer<Schema>, Failure<"invalid_request">> {
  const parsed = parseShape(schema, value);
  if (parsed.ok) return parsed;
  const { path } = parsed.error;
  return fail("invalid_request", `${path ? `the JSON's ${path}` : "the JSON"} is not what is asked for`);
}
