// Reads a JPEG up to its frame header (ITU T.81, B.2.2): size, components, and whether the process is one that is decoded.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "./jpeg-segment.ts";

export type JpegHeader = { width: number; height: number; progressive: boolean; componentIds: number[] };

/** Expects bytes that begin like a JPEG. A size of zero is left to the caller; DNL, which could correct it later, is not read. */
export function readJpegHeader(
  bytes: Uint8Array,
): Result<JpegHeader, Failure<"truncated" | "corrupt" | "unsupported">> {
  for (let offset = 2; ;) {
    const read = nextJpegSegment(bytes, offset);
    if (!read.ok) return read;
    const { marker, body, end } = read.value;
    if (isStartOfFrame(marker)) return readFrameHeader(marker, bytes.subarray(body, end));
    if (marker === MARKER.dhp) return fail("unsupported", "the JPEG is hierarchical");
    if (marker === MARKER.soi || marker === MARKER.eoi || marker === MARKER.sos) {
      return fail("corrupt", "the JPEG has no frame header");
    }
    offset = end;
  }
}

function readFrameHeader(marker: number, frame: Uint8Array): Result<JpegHeader, Failure<"corrupt" | "unsupported">> {
  if (marker !== MARKER.sof0 && marker !== MARKER.sof1 && marker !== MARKER.sof2) {
    return fail("unsupported", "the JPEG is lossless, hierarchical or arithmetic-coded");
  }
  if (frame.length < 6) return badFrame;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint8(0) !== 8) return fail("unsupported", "the JPEG's samples do not have 8 bits");
  const components = view.getUint8(5);
  if (frame.length !== 6 + 3 * components) return badFrame;
  if (components !== 1 && components !== 3 && components !== 4) {
    return fail("unsupported", "the JPEG is neither grey nor made of three or four colour components");
  }

  const componentIds: number[] = [];
  for (let at = 6; at < frame.length; at += 3) {
    componentIds.push(view.getUint8(at));
    const [horizontal, vertical] = [view.getUint8(at + 1) >> 4, view.getUint8(at + 1) & 15];
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
      return fail("corrupt", "the JPEG has impossible sampling factors");
    }
  }
  return ok({
    width: view.getUint16(3),
    height: view.getUint16(1),
    progressive: marker === MARKER.sof2,
    componentIds,
  });
}

const badFrame = fail("corrupt", "the JPEG's frame header has an impossible length");
