// One chunk of a RIFF file: a type of four characters, a length, the data, and a byte of padding after data of odd length
// (RFC 9649, section 2.3).

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type RiffChunk = { type: string; data: Uint8Array; end: number };

/** What stands before a chunk's data: the type and the length. */
export const CHUNK_HEADER_BYTES = 8;

/** Offset of the first chunk: behind "RIFF", the file's length and "WEBP" (RFC 9649, section 2.4). */
export const FIRST_CHUNK = 12;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the file says that it ends. */
export const readRiffEnd = (bytes: Uint8Array): number => viewOf(bytes).getUint32(4, true) + CHUNK_HEADER_BYTES;

/** Expects that the type and the length are in `bytes`; the data need not be. */
export function readChunkHeader(bytes: Uint8Array, offset: number): { type: string; length: number } {
  const type = String.fromCharCode(...bytes.subarray(offset, offset + 4));
  return { type, length: viewOf(bytes).getUint32(offset + 4, true) };
}

/** `bytes` end where the file says so. Padding that the last chunk lacks is not missed, as libwebp does not miss it. */
export function readRiffChunk(bytes: Uint8Array, offset: number): Result<RiffChunk, Failure<"corrupt">> {
  const start = offset + CHUNK_HEADER_BYTES;
  if (start > bytes.length) return notAChunk;
  const { type, length } = readChunkHeader(bytes, offset);
  const end = start + length;
  if (end > bytes.length || !/^[ -~]{4}$/.test(type)) return notAChunk;
  return ok({ type, data: bytes.subarray(start, end), end: Math.min(end + (length % 2), bytes.length) });
}

const notAChunk = fail("corrupt", "the WebP has something other than a chunk where one must be");
