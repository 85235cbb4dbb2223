// Guards against image data that inflates to far more than the picture: the decoder drains its zlib stream to the end,
// whatever the header declared, and half a megabyte of IDAT can cost it 1.5 seconds.

import type { PngHeader } from "./png-header.ts";

/** Deflate's best ratio, from "Maximally compressed data" in zlib's technical notes (zlib.net/zlib_tech.html). */
const MAX_DEFLATE_RATIO = 1032;

/** What a stream may hold beyond the picture before it counts as a bomb: 0.2 s of the decoder's time, measured. */
const MAX_EXCESS_BYTES = 64 * 1024 * 1024;

/**
 * False when the stream inflates to more than the picture needs and a fixed excess, or is no zlib stream at all. Streams
 * too short to reach that much, as those of most small pictures are, pass without being inflated. The output is counted
 * and discarded piece by piece, and the count stops at the limit.
 */
export async function inflatesWithinLimit(idat: Uint8Array<ArrayBuffer>, header: PngHeader): Promise<boolean> {
  const limit = toRawBytes(header) + MAX_EXCESS_BYTES;
  if (idat.length * MAX_DEFLATE_RATIO <= limit) return true;

  const inflated = new Blob([idat]).stream().pipeThrough(new DecompressionStream("deflate"));
  let bytes = 0;
  try {
    for await (const piece of inflated) {
      bytes += piece.length;
      if (bytes > limit) return false;
    }
  } catch {
    return false;
  }
  return true;
}

/** An upper bound on the filtered scanlines: seven passes of Adam7 add a partial byte and a filter byte to each row at most. */
function toRawBytes({ width, height, bitDepth, colour }: PngHeader): number {
  const samples = { grey: 1, palette: 1, grey_alpha: 2, rgb: 3, rgb_alpha: 4 }[colour];
  return Math.ceil((width * height * samples * bitDepth) / 8) + 2 * 7 * height;
}
