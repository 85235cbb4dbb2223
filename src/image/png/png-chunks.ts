// Walks a PNG's chunks and keeps the few that make the picture. Everything else never reaches the decoder, which would
// inflate iCCP and zTXt without need; of an animation (APNG) the default image remains.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { crc32 } from "./crc32.ts";
import { PNG_HEADER_BYTES, type PngColour } from "./png-header.ts";

/** Contents of the chunks. */
export type PngChunks = {
  ihdr: Uint8Array;
  /** Only of a palette image; what other images carry is a suggestion for displays. */
  palette: Uint8Array | undefined;
  transparency: Uint8Array | undefined;
  exif: Uint8Array | undefined;
  /** The zlib stream, whole: joined while walking, so that a million tiny chunks cost no more than one. */
  idat: Uint8Array<ArrayBuffer>;
};

type Chunk = { type: string; data: Uint8Array; crcMatches: () => boolean; end: number };

/** PNG third edition, section 5.3: length, type and CRC around the data; a length has 31 bits. */
const FRAME_BYTES = 12;
const MAX_CHUNK_BYTES = 0x7fffffff;

/** Bytes of tRNS by colour type (PNG third edition, section 11.3.1.1). */
const TRANSPARENCY_BYTES = { grey: 2, rgb: 6 } as const;

/**
 * Checks order, lengths and, for the chunks that are kept, checksums. A PNG ends with IEND: bytes after it are ignored,
 * as browsers do, and bytes missing before it make the file truncated.
 */
export function readPngChunks(
  bytes: Uint8Array,
  colour: PngColour,
): Result<PngChunks, Failure<"truncated" | "corrupt" | "unsupported">> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ihdr = bytes.subarray(16, 29);
  let [palette, transparency, exif]: (Uint8Array | undefined)[] = [];
  const idat = new Uint8Array(bytes.length);
  let idatBytes = 0;
  let idatSeen = false;
  if (crc32(bytes.subarray(12, 29)) !== view.getUint32(29)) return badChecksum;

  let previousType = "IHDR";
  for (let offset = PNG_HEADER_BYTES; ;) {
    const read = readChunk(view, offset);
    if (!read.ok) return read;
    const { type, data, crcMatches, end } = read.value;
    offset = end;
    if ((isCritical(type) || type === "tRNS") && !crcMatches()) return badChecksum;

    switch (type) {
      case "PLTE": {
        const entries = data.length / 3;
        if (palette || transparency || idatSeen || colour === "grey" || colour === "grey_alpha") return misplaced;
        if (!Number.isInteger(entries) || entries === 0 || entries > 256) return badPalette;
        palette = data;
        break;
      }
      case "tRNS": {
        if (transparency || idatSeen || colour === "grey_alpha" || colour === "rgb_alpha") return misplaced;
        if (colour === "palette") {
          if (!palette) return misplaced;
          if (data.length === 0 || data.length > palette.length / 3) return badTransparency;
        } else if (data.length !== TRANSPARENCY_BYTES[colour]) return badTransparency;
        transparency = data;
        break;
      }
      case "IDAT":
        if (idatSeen && previousType !== "IDAT") return misplaced;
        idatSeen = true;
        idat.set(data, idatBytes);
        idatBytes += data.length;
        break;
      case "eXIf":
        // The picture does not depend on it: damaged, it is ignored.
        if (crcMatches()) exif ??= data;
        break;
      case "IEND":
        if (data.length > 0) return fail("corrupt", "the PNG's IEND chunk is not empty");
        if (!idatSeen) return fail("corrupt", "the PNG has no image data");
        if (colour === "palette" && !palette) return fail("corrupt", "the PNG has no palette");
        if (colour !== "palette") palette = undefined;
        return ok({ ihdr, palette, transparency, exif, idat: idat.subarray(0, idatBytes) });
      default:
        if (type === "IHDR") return misplaced;
        if (isCritical(type)) return fail("unsupported", "the PNG has a critical chunk of an unknown type");
    }
    previousType = type;
  }
}

const badChecksum = fail("corrupt", "a chunk of the PNG does not match its checksum");
const misplaced = fail("corrupt", "the PNG has a chunk where none of its type may be");
const badPalette = fail("corrupt", "the PNG's palette has an impossible length");
const badTransparency = fail("corrupt", "the PNG's tRNS chunk has an impossible length");

/** The first letter of a critical type is upper case (PNG third edition, section 5.4). */
const isCritical = (type: string) => /^[A-Z]/.test(type);

function readChunk(view: DataView, offset: number): Result<Chunk, Failure<"truncated" | "corrupt">> {
  const truncated = fail("truncated", "the PNG ends before its IEND chunk");
  if (offset + 8 > view.byteLength) return truncated;
  const length = view.getUint32(offset);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(offset + i)));
  if (length > MAX_CHUNK_BYTES || !/^[A-Za-z]{4}$/.test(type)) {
    return fail("corrupt", "the PNG has something other than a chunk where one must be");
  }
  const end = offset + FRAME_BYTES + length;
  if (end > view.byteLength) return truncated;
  const part = (from: number, to: number) => new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  return ok({
    type,
    data: part(offset + 8, end - 4),
    crcMatches: () => crc32(part(offset + 4, end - 4)) === view.getUint32(end - 4),
    end,
  });
}
