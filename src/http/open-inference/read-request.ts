// The body of an inference request, and where its JSON ends.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { RequestContext } from "../env.ts";
import { readBody, type ReadBodyReason } from "../request/read-body.ts";
import { JSON_COPIES } from "../request/read-json.ts";

/** Room for the JSON object before the largest image that the model accepts. */
const JSON_BYTES = 64 * 1024;

/** Binary data stands in memory as it came, and as aligned numbers. */
const BINARY_COPIES = 2.5;

export type PostedRequest = { body: Uint8Array<ArrayBuffer>; headerBytes?: number };

export async function readRequest(
  c: RequestContext,
  maxRequestBytes: number,
  maxImageBytes: number,
): Promise<Result<PostedRequest, Failure<"invalid_request" | ReadBodyReason>>> {
  const header = c.req.header("inference-header-content-length");
  if (header !== undefined && !/^\d{1,9}$/.test(header)) {
    return fail("invalid_request", "Inference-Header-Content-Length is a whole number of bytes");
  }
  const headerBytes = header === undefined ? undefined : Number(header);
  const copies = headerBytes !== undefined && headerBytes <= JSON_BYTES ? BINARY_COPIES : JSON_COPIES;
  const body = await readBody(c, Math.max(maxRequestBytes, maxImageBytes + JSON_BYTES), copies);
  return body.ok ? ok({ body: body.value, ...(headerBytes !== undefined && { headerBytes }) }) : body;
}
