// A PNG that is not interlaced, row by row: compressed data goes in piece by piece, strips of rows come out.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { RAW_BYTES, STATE, type RowsCodec } from "./rows-codec.ts";

/** RFC 1950, 2.2: the method with a window of at most 32 KiB, a check, and no preset dictionary, which PNG does not have. */
const ZLIB_HEADER_BYTES = 2;

const hasZlibHeader = ([first, second]: Uint8Array): boolean =>
  (first & 15) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0 && (second & 32) === 0;

/** `takeRows` is given whole rows, unfiltered, that are gone when it returns. */
export function decodeRows(
  idat: Uint8Array,
  codec: RowsCodec,
  { rowBytes, pixelBytes, height }: { rowBytes: number; pixelBytes: number; height: number },
  takeRows: (rows: Uint8Array) => void,
): Result<void, Failure<"corrupt" | "too_many_pixels">> {
  if (!hasZlibHeader(idat)) return damaged;
  if (!codec.open(rowBytes, pixelBytes, height)) {
    return fail("too_many_pixels", "the PNG takes more memory than one image may");
  }
  let offset = ZLIB_HEADER_BYTES;
  for (;;) {
    const state = codec.run();
    if (state === STATE.corrupt) return damaged;
    if (state === STATE.done) return ok(undefined);
    if (state === STATE.rows) {
      takeRows(new Uint8Array(codec.memory.buffer, codec.rows(), codec.rowCount() * rowBytes));
      continue;
    }
    offset += codec.consumed();
    const piece = idat.subarray(offset, offset + RAW_BYTES);
    new Uint8Array(codec.memory.buffer, codec.raw(), RAW_BYTES).set(piece);
    codec.supply(piece.length, offset + piece.length === idat.length);
  }
}

const damaged = fail("corrupt", "the PNG's image data cannot be decoded");
