// What the two kinds of compressed picture say about themselves in their first bytes: VP8's frame header (RFC 6386,
// section 9.1) and the header of the lossless format (RFC 9649, section 3.4).

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

/** Types of the chunks that hold a picture; the first one ends in a space. */
export type BitstreamType = "VP8 " | "VP8L";

export type BitstreamHeader = { width: number; height: number; hasAlpha: boolean };

/** How many bytes the header takes. */
export const BITSTREAM_HEADER_BYTES: Record<BitstreamType, number> = { "VP8 ": 10, VP8L: 5 };

export const isBitstreamType = (type: string): type is BitstreamType => type === "VP8 " || type === "VP8L";

/** RFC 6386, section 9.1: the start code of a key frame; versions 0 to 3 exist. */
const START_CODE = 0x9d012a;
const MAX_VP8_VERSION = 3;

/** RFC 9649, section 3.4. */
const LOSSLESS_SIGNATURE = 0x2f;

/** A size of zero, which only VP8 can say, is left to the caller, like one that is too large. */
export function readBitstreamHeader(
  type: BitstreamType,
  data: Uint8Array,
): Result<BitstreamHeader, Failure<"corrupt">> {
  if (data.length < BITSTREAM_HEADER_BYTES[type]) return fail("corrupt", "the WebP's picture ends inside its header");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return type === "VP8 " ? readVp8Header(view) : readLosslessHeader(view);
}

function readVp8Header(view: DataView): Result<BitstreamHeader, Failure<"corrupt">> {
  const tag = view.getUint8(0);
  const [isKeyFrame, version, isShown] = [(tag & 1) === 0, (tag >> 1) & 7, (tag & 16) !== 0];
  const startCode = (view.getUint8(3) << 16) | view.getUint16(4);
  if (!isKeyFrame || !isShown || version > MAX_VP8_VERSION || startCode !== START_CODE) {
    return fail("corrupt", "the WebP's lossy picture does not begin with a key frame");
  }
  // The two bits above each size ask players for scaling, and WebP ignores them.
  return ok({ width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff, hasAlpha: false });
}

function readLosslessHeader(view: DataView): Result<BitstreamHeader, Failure<"corrupt">> {
  const bits = view.getUint32(1, true);
  if (view.getUint8(0) !== LOSSLESS_SIGNATURE || bits >>> 29 !== 0) {
    return fail("corrupt", "the WebP's lossless picture does not begin with its signature and version 0");
  }
  return ok({
    width: (bits & 0x3fff) + 1,
    height: ((bits >> 14) & 0x3fff) + 1,
    hasAlpha: ((bits >> 28) & 1) === 1,
  });
}
