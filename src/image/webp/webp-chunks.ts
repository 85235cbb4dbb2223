// Walks a WebP's chunks and keeps the few that make the picture. Profiles, XMP and whatever is unknown never reach the
// decoder.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { isBitstreamType, type BitstreamType } from "./bitstream-header.ts";
import { FIRST_CHUNK, readRiffChunk, readRiffEnd } from "./riff-chunk.ts";
import type { WebpHeader } from "./webp-header.ts";

export type WebpChunks = {
  type: BitstreamType;
  picture: Uint8Array;
  /** Contents of ALPH; only beside a lossy picture. */
  alpha: Uint8Array | undefined;
  /** TIFF structure of the first EXIF chunk. */
  exif: Uint8Array | undefined;
};

/** JPEG's prefix of an EXIF block, which some writers leave in place. */
const EXIF_PREFIX = [0x45, 0x78, 0x69, 0x66, 0, 0];

/**
 * The file must be as long as it says; bytes after that are ignored (RFC 9649, section 2.4). Alpha and EXIF exist in the
 * extended format only, and whether VP8X announced them is not asked.
 */
export function readWebpChunks(
  bytes: Uint8Array,
  { extended }: WebpHeader,
): Result<WebpChunks, Failure<"truncated" | "corrupt" | "unsupported">> {
  const riffEnd = readRiffEnd(bytes);
  if (riffEnd > bytes.length) return fail("truncated", "the WebP ends before the length that it declares");
  const file = bytes.subarray(0, riffEnd);
  let picture: { type: BitstreamType; data: Uint8Array } | undefined;
  let [alpha, exif]: (Uint8Array | undefined)[] = [];

  for (let offset = FIRST_CHUNK; offset < file.length;) {
    const read = readRiffChunk(file, offset);
    if (!read.ok) return read;
    const { type, data, end } = read.value;
    if (isBitstreamType(type)) {
      if (picture) return fail("corrupt", "the WebP has more than one picture");
      picture = { type, data };
    } else if (type === "VP8X") {
      if (offset !== FIRST_CHUNK) return misplaced;
    } else if (type === "ANIM" || type === "ANMF") {
      return fail("unsupported", "the WebP is an animation");
    } else if (type === "ALPH" && extended) {
      if (alpha || picture) return misplaced;
      alpha = data;
    } else if (type === "EXIF" && extended) {
      exif ??= EXIF_PREFIX.every((byte, i) => data[i] === byte) ? data.subarray(EXIF_PREFIX.length) : data;
    }
    offset = end;
  }
  if (!picture) return fail("corrupt", "the WebP has no picture");
  const { type, data } = picture;
  return ok({ type, picture: data, alpha: type === "VP8 " ? alpha : undefined, exif });
}

const misplaced = fail("corrupt", "the WebP has a chunk where none of its type may be");
