// Compressed bodies: a gzip file (RFC 1952) is measured before anything of it is inflated.

import { measureDeflate } from "./measure-deflate.ts";
import { fail, ok, type Failure, type Result } from "../result.ts";

const [FLAG_HEADER_CRC, FLAG_EXTRA, FLAG_NAME, FLAG_COMMENT, FLAGS_RESERVED] = [2, 4, 8, 16, 0xe0];
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** The one member of a gzip file that is nothing else, if it holds at most `maxBytes`; no more than they are ever allocated. */
export async function gunzipAtMost(
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"corrupt" | "too_many_bytes">>> {
  const begin = findDeflate(bytes);
  if (begin === undefined) return fail("corrupt", "the compressed data has no gzip header");
  const measured = measureDeflate(bytes, begin, maxBytes);
  if (!measured.ok) return measured;
  const { inflatedBytes, end } = measured.value;
  if (end + TRAILER_BYTES !== bytes.length) return fail("corrupt", "the compressed data is not one gzip member");

  const inflated = new Uint8Array(inflatedBytes);
  let length = 0;
  try {
    for await (const part of new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))) {
      inflated.set(part, length);
      length += part.length;
    }
  } catch {
    return damaged;
  }
  return length === inflatedBytes ? ok(inflated) : damaged;
}

const damaged = fail("corrupt", "the compressed data is damaged");

/** Where the compressed data begins, after a header of any length; undefined without such a header. */
function findDeflate(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3];
  if (flags & FLAGS_RESERVED) return undefined;
  let at = HEADER_BYTES;
  if (flags & FLAG_EXTRA) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & FLAG_HEADER_CRC) at += 2;
  return at < bytes.length ? at : undefined;
}
