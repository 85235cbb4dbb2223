// The posted image out of a request: the raw body or the one file of a form, its bytes counted while they arrive.

import { readAtMost } from "../../base/read-at-most.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";

/** Room for the part headers and boundaries around a file; RFC 7578 sets no limit. */
const MULTIPART_OVERHEAD_BYTES = 16 * 1024;

/**
 * How much of a body that is too large is read to its end all the same: an answer that comes while the caller still
 * sends reaches many HTTP clients as a broken connection. It costs no memory.
 */
const DRAIN_BYTES = 8 * 1024 * 1024;

export type ReadImageReason = "invalid_multipart" | "too_many_bytes";

/** The declared type tells a form from a raw body and nothing else; what the bytes are is for the decoder to say. */
export async function readImage(
  request: Request,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<ReadImageReason>>> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) return readBody(request, maxBytes);
  const body = await readBody(request, maxBytes + MULTIPART_OVERHEAD_BYTES);
  if (!body.ok) return body;
  const file = await onlyFile(body.value, contentType);
  if (!file) return fail("invalid_multipart", "a form has exactly one part, and that part is a file");
  if (file.size > maxBytes) return tooManyBytes(maxBytes);
  return ok(new Uint8Array(await file.arrayBuffer()));
}

async function onlyFile(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<File | undefined> {
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    const [value, ...others] = [...form.values()];
    return value instanceof File && others.length === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"too_many_bytes">>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes + DRAIN_BYTES) return tooManyBytes(maxBytes);
  const body = await readAtMost(request.body, maxBytes, DRAIN_BYTES);
  return body ? ok(body) : tooManyBytes(maxBytes);
}

const tooManyBytes = (maxBytes: number) =>
  fail("too_many_bytes", `the model accepts images of at most ${maxBytes} bytes`);
