// Rebuilds a JPEG in inks from the segments that make the picture: the note that decides its colours, tables, frame and
// scans. Comments, profiles, thumbnails and EXIF never reach the decoder, and neither do stray bytes between segments.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { JpegHeader } from "../segments/jpeg-header.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "../segments/jpeg-segment.ts";
import { MAX_SCANS } from "../segments/scan-header.ts";

/** "Adobe" of Adobe Technical Note 5116 with the transform code to be filled in: canonical, no longer than any. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

/**
 * Walks the whole file, whose prelude has been read and has an Adobe segment: it must have its end-of-image marker, with
 * which the result ends (bytes after it are ignored; phones append films there), one frame, and the scans to make it. In
 * progressive mode each component needs its DC scan; AC scans may be left out (libjpeg, jcmaster.c, validate_script: the
 * standard does not require all bits of all coefficients).
 */
export function stripJpeg(
  bytes: Uint8Array,
  header: JpegHeader,
  adobe: number,
): Result<Uint8Array, Failure<"truncated" | "corrupt" | "unsupported">> {
  const file = new Uint8Array(bytes.length);
  let length = 0;
  const append = (part: ArrayLike<number>) => {
    file.set(part, length);
    length += part.length;
  };

  append([0xff, MARKER.soi, ...ADOBE, adobe]);
  let scans = 0;
  const missing = new Set(header.components.map(({ id }) => id));
  for (let offset = 2; ;) {
    const read = nextJpegSegment(bytes, offset);
    if (!read.ok) return read;
    const { marker, start, body, end } = read.value;
    const data = bytes.subarray(body, end);
    offset = end;

    if (isStartOfFrame(marker)) {
      if (scans > 0) return fail("corrupt", "the JPEG has more than one frame");
      append(bytes.subarray(start, end));
      continue;
    }
    switch (marker) {
      case MARKER.dht:
      case MARKER.dqt:
      case MARKER.dri:
        append(bytes.subarray(start, end));
        break;
      case MARKER.sos: {
        const parameters = 1 + 2 * data[0];
        if (data.length !== parameters + 3) return fail("corrupt", "the JPEG has a misplaced or misshapen scan");
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
        return ok(file.subarray(0, length));
      case MARKER.dhp:
      case MARKER.exp:
        return fail("unsupported", "the JPEG is hierarchical");
      case MARKER.soi:
        return fail("corrupt", "the JPEG begins twice");
      default:
        if (marker < MARKER.sof0) return fail("corrupt", "the JPEG has a marker that does not exist");
    }
  }
}
