// What stands before a JPEG's first scan beside the frame header: tables, EXIF, and the two notes that decide its colours.

import { toUtf8 } from "../../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { JpegHeader } from "./jpeg-header.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "./jpeg-segment.ts";
import { noTables, readTables, type JpegTables } from "./jpeg-tables.ts";

export type Prelude = {
  tables: JpegTables;
  /** Offset of the first SOS marker. */
  firstScan: number;
  /** TIFF structure of the first EXIF segment. */
  exif: Uint8Array | undefined;
  /** The transform code of an Adobe segment with one that is known. */
  adobe: number | undefined;
  /** Three components are YCbCr and not RGB. */
  isYcc: boolean;
  /** The first scan has all components. */
  isInterleaved: boolean;
};

/** How the segments begin: JFIF 1.02, EXIF 2.32 section 4.7.2, Adobe Technical Note 5116. */
const JFIF_NAME = toUtf8("JFIF\0");
const EXIF_NAME = toUtf8("Exif\0");
const ADOBE_NAME = toUtf8("Adobe");

export function readPrelude(
  bytes: Uint8Array,
  header: JpegHeader,
): Result<Prelude, Failure<"truncated" | "corrupt" | "unsupported">> {
  const tables = noTables();
  let exif: Uint8Array | undefined;
  let adobe: number | undefined;
  let [hasJfif, frameSeen] = [false, false];
  for (let offset = 2; ;) {
    const read = nextJpegSegment(bytes, offset);
    if (!read.ok) return read;
    const { marker, start, body, end } = read.value;
    const data = bytes.subarray(body, end);
    offset = end;
    if (isStartOfFrame(marker)) {
      if (frameSeen) return fail("corrupt", "the JPEG has more than one frame");
      frameSeen = true;
    }
    switch (marker) {
      case MARKER.app0:
        hasJfif ||= data.length >= 14 && startsWith(data, JFIF_NAME);
        break;
      case MARKER.app1:
        if (startsWith(data, EXIF_NAME)) exif ??= data.subarray(6);
        break;
      case MARKER.app14:
        if (data.length >= 12 && startsWith(data, ADOBE_NAME) && isKnownTransform(data[11], header)) adobe ??= data[11];
        break;
      case MARKER.sos: {
        if (!frameSeen) return fail("corrupt", "the JPEG has a misplaced or misshapen scan");
        const isYcc = header.components.length === 3 && isYcbcr(header, hasJfif, adobe);
        const isInterleaved = data[0] === header.components.length;
        return ok({ tables, firstScan: start, exif, adobe, isYcc, isInterleaved });
      }
      case MARKER.eoi:
        return fail("corrupt", "the JPEG has no scan for one of its components");
      case MARKER.exp:
        return fail("unsupported", "the JPEG is hierarchical");
      case MARKER.soi:
        return fail("corrupt", "the JPEG begins twice");
      default:
        // Reserved codes and TEM have no place in a file; DAC, DNL, APPn, JPGn and COM do, and say nothing that is needed.
        if (marker < MARKER.sof0) return fail("corrupt", "the JPEG has a marker that does not exist");
    }
    const defined = readTables(marker, data, tables);
    if (!defined.ok) return defined;
  }
}

const startsWith = (data: Uint8Array, name: Uint8Array) => name.every((byte, i) => data[i] === byte);

/** 0 is RGB or CMYK, 1 is YCbCr, 2 is YCCK. Unknown codes are ignored, as libjpeg does. */
const isKnownTransform = (code: number, { components }: JpegHeader) =>
  code === 0 || code === (components.length === 4 ? 2 : 1);

/** As libjpeg decides: JFIF has no other colours, Adobe says it, and otherwise the components may be called "RGB". */
function isYcbcr({ components }: JpegHeader, hasJfif: boolean, adobe: number | undefined): boolean {
  if (hasJfif) return true;
  if (adobe !== undefined) return adobe !== 0;
  return String.fromCharCode(...components.map(({ id }) => id)) !== "RGB";
}
