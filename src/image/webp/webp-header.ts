// Reads the start of a WebP up to its size: the RIFF header and the beginning of the first chunk, which is a picture or,
// in the extended format, VP8X (RFC 9649, sections 2.4 to 2.7).

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { BITSTREAM_HEADER_BYTES, isBitstreamType, readBitstreamHeader } from "./bitstream-header.ts";
import { CHUNK_HEADER_BYTES, FIRST_CHUNK, readChunkHeader, readRiffEnd } from "./riff-chunk.ts";

export type WebpHeader = { width: number; height: number; extended: boolean };

/** RFC 9649, section 2.7: flags, then the canvas's width and height, each less one, in 24 bits. */
const VP8X_BYTES = 10;
const ANIMATION_FLAG = 0x02;

/** Expects bytes that begin like a WebP. A size of zero is left to the caller, like one that is too large. */
export function readWebpHeader(
  bytes: Uint8Array,
): Result<WebpHeader, Failure<"truncated" | "corrupt" | "unsupported">> {
  const start = FIRST_CHUNK + CHUNK_HEADER_BYTES;
  if (bytes.length >= FIRST_CHUNK && readRiffEnd(bytes) < start) return fail("corrupt", "the WebP has no chunks");
  if (bytes.length < start) return endsEarly;
  const { type, length } = readChunkHeader(bytes, FIRST_CHUNK);
  const extended = type === "VP8X";
  if (!extended && !isBitstreamType(type)) {
    return fail("corrupt", "the WebP begins with neither a picture nor a VP8X chunk");
  }
  const headerBytes = extended ? VP8X_BYTES : BITSTREAM_HEADER_BYTES[type];
  if (length < headerBytes || (extended && length !== VP8X_BYTES)) {
    return fail("corrupt", "the WebP's first chunk has an impossible length");
  }
  const data = bytes.subarray(start, start + headerBytes);
  if (data.length < headerBytes) return endsEarly;
  if (extended) return readCanvas(data);
  const picture = readBitstreamHeader(type, data);
  return picture.ok ? ok({ width: picture.value.width, height: picture.value.height, extended }) : picture;
}

function readCanvas(data: Uint8Array): Result<WebpHeader, Failure<"unsupported">> {
  if (data[0] & ANIMATION_FLAG) return fail("unsupported", "the WebP is an animation");
  const uint24 = (at: number) => data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
  return ok({ width: uint24(4) + 1, height: uint24(7) + 1, extended: true });
}

const endsEarly = fail("truncated", "the WebP ends inside its header");
