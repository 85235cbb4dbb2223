// The body of an inference request, and where its JSON ends.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { readBody, type ReadBodyReason } from "../request/read-body.ts";

/** Room for the JSON object before the largest image that the model accepts. */
const JSON_BYTES = 64 * 1024;

export type PostedRequest = { body: Uint8Array<ArrayBuffer>; headerBytes?: number };

export async function readRequest(
  request: Request,
  maxRequestBytes: number,
  maxImageBytes: number,
): Promise<Result<PostedRequest, Failure<"invalid_request" | ReadBodyReason>>> {
  const header = request.headers.get("inference-header-content-length");
  if (header !== null && !/^\d{1,9}$/.test(header)) {
    return fail("invalid_request", "Inference-Header-Content-Length is a whole number of bytes");
  }
  const body = await readBody(request, Math.max(maxRequestBytes, maxImageBytes + JSON_BYTES));
  return body.ok ? ok({ body: body.value, ...(header !== null && { headerBytes: Number(header) }) }) : body;
}
