// Compressed bodies: a gzip file (RFC 1952) or a zlib stream (RFC 1950) is measured before anything of it is inflated.

import { measureDeflate } from "./measure-deflate.ts";
import { fail, ok, type Failure, type Result } from "../result.ts";

const [FLAG_HEADER_CRC, FLAG_EXTRA, FLAG_NAME, FLAG_COMMENT, FLAGS_RESERVED] = [2, 4, 8, 16, 0xe0];
const GZIP_HEADER_BYTES = 10;
const [ZLIB_HEADER_BYTES, ZLIB_DICTIONARY] = [2, 0x20];

/** gzip's checksum and length, zlib's checksum. */
const TRAILER_BYTES = { gzip: 8, deflate: 4 };

/** As HTTP names them: `deflate` is a zlib stream (RFC 9110, 8.4.1.2). */
export type Compression = keyof typeof TRAILER_BYTES;

/** What the data is when it is one member or stream and nothing else, of at most `maxBytes`; no more are ever allocated. */
export async function inflateAtMost(
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"corrupt" | "too_many_bytes">>> {
  const begin = compression === "gzip" ? afterGzipHeader(bytes) : afterZlibHeader(bytes);
  if (begin === undefined) return fail("corrupt", `the compressed data has no ${compression} header`);
  const measured = measureDeflate(bytes, begin, maxBytes);
  if (!measured.ok) return measured;
  const { inflatedBytes, end } = measured.value;
  if (end + TRAILER_BYTES[compression] !== bytes.length) return fail("corrupt", "the compressed data is not one whole");

  const inflated = new Uint8Array(inflatedBytes);
  let length = 0;
  try {
    for await (const part of new Blob([bytes]).stream().pipeThrough(new DecompressionStream(compression))) {
      inflated.set(part, length);
      length += part.length;
    }
  } catch {
    return damaged;
  }
  return length === inflatedBytes ? ok(inflated) : damaged;
}

const damaged = fail("corrupt", "the compressed data is damaged");

/** Where the compressed data begins; undefined without such a header, or with one that asks for a preset dictionary. */
function afterZlibHeader(bytes: Uint8Array): number | undefined {
  if (bytes.length < ZLIB_HEADER_BYTES || (bytes[0] & 0x0f) !== 8) return undefined;
  if (((bytes[0] << 8) | bytes[1]) % 31 !== 0 || bytes[1] & ZLIB_DICTIONARY) return undefined;
  return ZLIB_HEADER_BYTES;
}

/** The same; the header may be of any length. */
function afterGzipHeader(bytes: Uint8Array): number | undefined {
  if (bytes.length < GZIP_HEADER_BYTES || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3];
  if (flags & FLAGS_RESERVED) return undefined;
  let at = GZIP_HEADER_BYTES;
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
