// Finds the markers of a JPEG and the bounds of the segments behind them (ITU T.81, B.1.1).

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";

/** `start` is the marker's 0xFF, `body` what follows the length field, `end` the first byte after the segment. */
export type JpegSegment = { marker: number; start: number; body: number; end: number };

/** ITU T.81, table B.1: the second bytes of the markers that this room names. */
export const MARKER = {
  sof0: 0xc0,
  sof1: 0xc1,
  sof2: 0xc2,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  sof15: 0xcf,
  rst0: 0xd0,
  rst7: 0xd7,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dri: 0xdd,
  dhp: 0xde,
  exp: 0xdf,
  app0: 0xe0,
  app1: 0xe1,
  app14: 0xee,
} as const;

/**
 * The first segment at or after `offset`. What stands before its marker is skipped: fill bytes, the entropy-coded data of
 * a scan with its stuffed zeros and restart markers, and stray bytes between segments, which cameras are known to leave
 * and every decoder forgives.
 */
export function nextJpegSegment(
  bytes: Uint8Array,
  offset: number,
): Result<JpegSegment, Failure<"truncated" | "corrupt">> {
  let start = offset - 1;
  let marker: number;
  do {
    start = bytes.indexOf(0xff, start + 1);
    if (start < 0 || start + 1 >= bytes.length) return truncated;
    marker = bytes[start + 1];
  } while (marker === 0x00 || marker === 0xff || (marker >= MARKER.rst0 && marker <= MARKER.rst7));

  const body = start + 4;
  if (marker === MARKER.soi || marker === MARKER.eoi) return ok({ marker, start, body: start + 2, end: start + 2 });
  if (body > bytes.length) return truncated;
  const length = (bytes[start + 2] << 8) | bytes[start + 3];
  if (length < 2) return fail("corrupt", "the JPEG has a segment of an impossible length");
  const end = start + 2 + length;
  return end > bytes.length ? truncated : ok({ marker, start, body, end });
}

const truncated = fail("truncated", "the JPEG ends before its end-of-image marker");

/** SOF0 to SOF15: what stands in that range without opening a frame is DHT, JPG and DAC. */
export function isStartOfFrame(marker: number): boolean {
  const others: number[] = [MARKER.dht, MARKER.jpg, MARKER.dac];
  return marker >= MARKER.sof0 && marker <= MARKER.sof15 && !others.includes(marker);
}
