// The bytes of a request: let in when there is room for them, counted while they arrive, inflated if they came compressed,
// and never more than asked for.

import { inflateAtMost, type Compression } from "../../base/deflate/inflate-at-most.ts";
import { readAtMost } from "../../base/read-at-most.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { RequestContext } from "../env.ts";
import { noteTime } from "../log/note.ts";
import { clientClosed, type RefusedAdmission } from "../load/admit-request.ts";
import { DRAIN_BYTES, readLength } from "./drain-body.ts";

/** What compression may add to bytes that it cannot pack: RFC 1952's header and trailer, RFC 1951's block headers. */
const PACKING_BYTES = 64 * 1024;

/** A body of known length stands in memory once; the pieces that filled it, and bodies before it, until they are collected. */
export const RAW_COPIES = 1.5;

/** One of unknown length stands there in the pieces that arrived, and in one. */
const UNMEASURED_COPIES = 2;

/** One that is inflated, as it came and as the platform's inflater takes it. */
const PACKED_COPIES = 2;

export type ReadBodyReason =
  | "too_many_bytes"
  | "too_slow"
  | "invalid_compression"
  | "unsupported_content_encoding"
  | RefusedAdmission["reason"];

type Read = Promise<Result<Uint8Array<ArrayBuffer>, Failure<ReadBodyReason>>>;

/** `copies` is how often the body and what is made of it stand in memory before the request ends. */
export async function readBody(c: RequestContext, maxBytes: number, copies = RAW_COPIES): Read {
  const body = await readDecoded(c, maxBytes, copies);
  if (body.ok) c.var.facts.bytes = body.value.length;
  return body;
}

async function readDecoded(c: RequestContext, maxBytes: number, copies: number): Read {
  switch (c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity") {
    case "identity":
    case "":
      return readSent(
        c,
        maxBytes,
        (length, isKnown) => (isKnown ? copies : Math.max(copies, UNMEASURED_COPIES)) * length,
        maxBytes,
      );
    // RFC 9110, 8.4.1.3.
    case "gzip":
    case "x-gzip":
      return readPacked(c, "gzip", maxBytes, copies);
    case "deflate":
      return readPacked(c, "deflate", maxBytes, copies);
    default:
      return fail("unsupported_content_encoding", "a body is sent as it is or compressed with gzip or deflate");
  }
}

async function readPacked(c: RequestContext, compression: Compression, maxBytes: number, copies: number): Read {
  const held = (length: number) => PACKED_COPIES * length + copies * maxBytes;
  const packed = await readSent(c, maxBytes + PACKING_BYTES, held, maxBytes);
  if (!packed.ok) return packed;
  const body = await inflateAtMost(packed.value, compression, maxBytes);
  if (body.ok) return body;
  return body.error.reason === "corrupt" ? fail("invalid_compression", body.error.detail) : tooManyBytes(maxBytes);
}

/** `held` is the memory that a body is going to take which has a length, or may have one up to it. */
async function readSent(
  c: RequestContext,
  maxBytes: number,
  held: (length: number, isKnown: boolean) => number,
  acceptedBytes: number,
): Read {
  const { admit, maxBodyMs, releases } = c.var;
  const length = readLength(c.req.header("content-length"));
  if (length !== undefined && length > maxBytes + DRAIN_BYTES) return tooManyBytes(acceptedBytes);
  const bytes = held(Math.min(length ?? maxBytes, maxBytes), length !== undefined);
  const admitted = await admit({ bytes, pixels: 0 });
  if (!admitted.ok) return admitted;
  releases.push(admitted.value);

  const began = c.var.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), maxBodyMs);
  try {
    const { signal } = deadline;
    const body = await readAtMost(c.req.raw.body, maxBytes, { length, drainBytes: DRAIN_BYTES, signal });
    if (signal.aborted) return tooSlow;
    if (body) return ok(body);
    return length !== undefined && length < maxBytes ? longerThanSaid : tooManyBytes(acceptedBytes);
  } catch {
    // Whatever broke was between the caller and here; to workerd, a read that is given up breaks too.
    return deadline.signal.aborted ? tooSlow : clientClosed;
  } finally {
    clearTimeout(timer);
    noteTime(c, "bodyMs", began);
  }
}

const tooSlow = fail("too_slow", "the body did not arrive in time");

const longerThanSaid = fail("too_many_bytes", "the body has more bytes than its Content-Length says");

const tooManyBytes = (maxBytes: number) => fail("too_many_bytes", `the body may have at most ${maxBytes} bytes here`);
