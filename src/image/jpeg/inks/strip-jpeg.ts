// Rebuilds a JPEG from the segments that make the picture: tables, frame, scans, and the two notes that decide its colours.
// Comments, profiles, thumbnails and EXIF never reach the decoder, and neither do stray bytes between segments. That
// matters because libjpeg reports only its first warning (jerror.c, emit_message): after a harmless one it would fill
// damaged data with grey in silence. In what is rebuilt here the first warning is one that counts.

import { toUtf8 } from "../../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { JpegHeader } from "../segments/jpeg-header.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "../segments/jpeg-segment.ts";

export type StrippedJpeg = {
  /** Ends with the end-of-image marker. */
  file: Uint8Array;
  /** TIFF structure of the first EXIF segment. */
  exif: Uint8Array | undefined;
  /** Whether an Adobe segment with a known transform code is in the file. */
  hasAdobe: boolean;
};

/** How the segments begin: JFIF 1.02, EXIF 2.32 section 4.7.2, Adobe Technical Note 5116. */
const JFIF_NAME = toUtf8("JFIF\0");
const EXIF_NAME = toUtf8("Exif\0");
const ADOBE_NAME = toUtf8("Adobe");

/**
 * A small file can declare scan after scan over a large frame, and each costs the decoder a pass over all of it; encoders
 * write about ten. See libjpeg-turbo, "Two Issues with the JPEG Standard".
 */
const MAX_SCANS = 100;

/** JFIF 1.02, and "Adobe" of Adobe Technical Note 5116 with the transform code to be filled in: canonical, free of warnings. */
const JFIF = [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

/**
 * Walks the whole file: it must have its end-of-image marker (bytes after it are ignored; phones append films there), one
 * frame, and the scans to make it. In progressive mode each component needs its DC scan; AC scans may be left
 * out (libjpeg, jcmaster.c, validate_script: the standard does not require all bits of all coefficients).
 */
export function stripJpeg(
  bytes: Uint8Array,
  header: JpegHeader,
): Result<StrippedJpeg, Failure<"truncated" | "corrupt" | "unsupported">> {
  const file = new Uint8Array(bytes.length);
  let length = 0;
  const append = (part: ArrayLike<number>) => {
    file.set(part, length);
    length += part.length;
  };

  append([0xff, MARKER.soi]);
  let exif: Uint8Array | undefined;
  let [jfifSeen, adobeSeen, frameSeen] = [false, false, false];
  let scans = 0;
  const missing = new Set(header.components.map(({ id }) => id));
  for (let offset = 2; ;) {
    const read = nextJpegSegment(bytes, offset);
    if (!read.ok) return read;
    const { marker, start, body, end } = read.value;
    const data = bytes.subarray(body, end);
    offset = end;

    if (isStartOfFrame(marker)) {
      if (frameSeen) return fail("corrupt", "the JPEG has more than one frame");
      frameSeen = true;
      append(bytes.subarray(start, end));
      continue;
    }
    switch (marker) {
      case MARKER.app0:
        if (!jfifSeen && data.length >= 14 && startsWith(data, JFIF_NAME)) {
          jfifSeen = true;
          append(JFIF);
        }
        break;
      case MARKER.app1:
        if (startsWith(data, EXIF_NAME)) exif ??= data.subarray(6);
        break;
      case MARKER.app14:
        if (!adobeSeen && data.length >= 12 && startsWith(data, ADOBE_NAME) && isKnownTransform(data[11], header)) {
          adobeSeen = true;
          append([...ADOBE, data[11]]);
        }
        break;
      case MARKER.dht:
      case MARKER.dqt:
      case MARKER.dri:
        append(bytes.subarray(start, end));
        break;
      case MARKER.sos: {
        const parameters = 1 + 2 * data[0];
        if (!frameSeen || data.length !== parameters + 3)
          return fail("corrupt", "the JPEG has a misplaced or misshapen scan");
        if (++scans > MAX_SCANS) return fail("unsupported", "the JPEG has more scans than are accepted");
        if (!header.progressive || data[parameters] === 0) {
          for (let at = 1; at < parameters; at += 2) missing.delete(data[at]);
        }
        const next = nextJpegSegment(bytes, end);
        if (!next.ok) return next;
        append(bytes.subarray(start, next.value.start));
        offset = next.value.start;
        break;
      }
      case MARKER.eoi:
        if (missing.size > 0) return fail("corrupt", "the JPEG has no scan for one of its components");
        append([0xff, MARKER.eoi]);
        return ok({ file: file.subarray(0, length), exif, hasAdobe: adobeSeen });
      case MARKER.dhp:
      case MARKER.exp:
        return fail("unsupported", "the JPEG is hierarchical");
      case MARKER.soi:
        return fail("corrupt", "the JPEG begins twice");
      default:
        // Reserved codes and TEM have no place in a file; DAC, DNL, APPn, JPGn and COM do, and say nothing that is needed.
        if (marker < MARKER.sof0) return fail("corrupt", "the JPEG has a marker that does not exist");
    }
  }
}

const startsWith = (data: Uint8Array, name: Uint8Array) => name.every((byte, i) => data[i] === byte);

/**
 * 0 is RGB or CMYK, 1 is YCbCr, 2 is YCCK. Three components with an unknown code are decoded as if there were none, which
 * is YCbCr unless the components are called "RGB": what libjpeg does, with a warning.
 */
const isKnownTransform = (code: number, { components }: JpegHeader) =>
  code === 0 || code === (components.length === 4 ? 2 : 1);
