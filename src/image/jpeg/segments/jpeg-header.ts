// Reads a JPEG up to its frame header (ITU T.81, B.2.2): size, components, and whether the process is one that is decoded.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "./jpeg-segment.ts";

/** `across` and `down` are sampling factors, 1 to 4; `quantiser` is the table that the component names, 0 to 3. */
export type FrameComponent = { id: number; across: number; down: number; quantiser: number };

export type JpegHeader = { width: number; height: number; progressive: boolean; components: FrameComponent[] };

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
  const count = view.getUint8(5);
  if (frame.length !== 6 + 3 * count) return badFrame;
  if (count !== 1 && count !== 3 && count !== 4) {
    return fail("unsupported", "the JPEG is neither grey nor made of three or four colour components");
  }

  const components: FrameComponent[] = [];
  for (let at = 6; at < frame.length; at += 3) {
    const [id, sampling, quantiser] = frame.subarray(at, at + 3);
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) {
      return fail("corrupt", "the JPEG has impossible sampling factors");
    }
    if (quantiser > 3 || components.some((component) => component.id === id)) {
      return fail("corrupt", "the JPEG's frame header contradicts itself");
    }
    components.push({ id, across, down, quantiser });
  }
  return ok({
    width: view.getUint16(3),
    height: view.getUint16(1),
    progressive: marker === MARKER.sof2,
    components,
  });
}

const badFrame = fail("corrupt", "the JPEG's frame header has an impossible length");
