// Guards against image data that inflates to far more than the picture: the decoder drains its zlib stream to the end,
// whatever the header declared, and half a megabyte of IDAT can cost it 1.5 seconds.

import { measureDeflate } from "../../../base/deflate/measure-deflate.ts";
import type { PngHeader } from "../png-header.ts";

/** Deflate's best ratio, from "Maximally compressed data" in zlib's technical notes (zlib.net/zlib_tech.html). */
const MAX_DEFLATE_RATIO = 1032;

/** What a stream may hold beyond the picture before it counts as a bomb: 0.2 s of the decoder's time, measured. */
const MAX_EXCESS_BYTES = 64 * 1024 * 1024;

/** RFC 1950, 2.2; a preset dictionary, which PNG does not have, would follow. */
const ZLIB_HEADER_BYTES = 2;

/**
 * False when the stream inflates to more than the picture needs and a fixed excess, or is no zlib stream at all. Streams
 * too short to reach that much, as those of most small pictures are, pass without being measured.
 */
export function inflatesWithinLimit(idat: Uint8Array, header: PngHeader): boolean {
  const limit = toRawBytes(header) + MAX_EXCESS_BYTES;
  if (idat.length * MAX_DEFLATE_RATIO <= limit) return true;
  return measureDeflate(idat, ZLIB_HEADER_BYTES, limit).ok;
}

/** An upper bound on the filtered scanlines: seven passes of Adam7 add a partial byte and a filter byte to each row at most. */
function toRawBytes({ width, height, bitDepth, colour }: PngHeader): number {
  const samples = { grey: 1, palette: 1, grey_alpha: 2, rgb: 3, rgb_alpha: 4 }[colour];
  return Math.ceil((width * height * samples * bitDepth) / 8) + 2 * 7 * height;
}
