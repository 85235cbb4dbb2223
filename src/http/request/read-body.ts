// The bytes of a request: counted while they arrive, inflated if they came compressed, and never more than asked for.

import { gunzipAtMost } from "../../base/deflate/gunzip-at-most.ts";
import { readAtMost } from "../../base/read-at-most.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";

/**
 * How much of a body that is too large is read to its end all the same: an answer that comes while the caller still
 * sends reaches many HTTP clients as a broken connection. It costs no memory.
 */
const DRAIN_BYTES = 8 * 1024 * 1024;

/** What gzip may add to bytes that it cannot pack: RFC 1952's header and trailer, RFC 1951's block headers. */
const PACKING_BYTES = 64 * 1024;

export type ReadBodyReason = "too_many_bytes" | "invalid_gzip" | "unsupported_content_encoding";

export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<ReadBodyReason>>> {
  switch (request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity") {
    case "identity":
    case "":
      return readSent(request, maxBytes, maxBytes);
    // RFC 9110, 8.4.1.3.
    case "gzip":
    case "x-gzip": {
      const packed = await readSent(request, maxBytes + PACKING_BYTES, maxBytes);
      if (!packed.ok) return packed;
      const body = await gunzipAtMost(packed.value, maxBytes);
      if (body.ok) return body;
      return body.error.reason === "corrupt" ? fail("invalid_gzip", body.error.detail) : tooManyBytes(maxBytes);
    }
    default:
      return fail("unsupported_content_encoding", "a body is sent as it is or compressed with gzip");
  }
}

async function readSent(
  request: Request,
  maxBytes: number,
  acceptedBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"too_many_bytes">>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes + DRAIN_BYTES) return tooManyBytes(acceptedBytes);
  const body = await readAtMost(request.body, maxBytes, DRAIN_BYTES);
  return body ? ok(body) : tooManyBytes(acceptedBytes);
}

const tooManyBytes = (maxBytes: number) => fail("too_many_bytes", `the body may have at most ${maxBytes} bytes here`);
