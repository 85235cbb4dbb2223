// The scans of a JPEG, from the first to the end-of-image marker: strips of the picture go out as soon as they can be made.
// What libjpeg would guess at is refused: data that ends early, is left over, or goes on from what has not been there.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { TakeRows } from "../image-rows.ts";
import { RAW_BYTES, STATE, type JpegCodec } from "./jpeg-codec.ts";
import type { JpegHeader } from "./segments/jpeg-header.ts";
import { isStartOfFrame, MARKER, nextJpegSegment } from "./segments/jpeg-segment.ts";
import { readTables, type JpegTables } from "./segments/jpeg-tables.ts";
import { advance, MAX_SCANS, noProgress, readScanHeader, type Scan } from "./segments/scan-header.ts";

/** A frame that is laid out in the codec's memory, and what stands before its first scan. */
export type OpenFrame = {
  header: JpegHeader;
  tables: JpegTables;
  /** Offset of the first SOS marker. */
  firstScan: number;
  wanted: boolean[];
  isStored: boolean;
  outWidth: number;
  channels: number;
};

export type ScanFailure = Failure<"truncated" | "corrupt" | "unsupported">;

/** Some encoders flush their bit buffer once too often and leave a byte, or 0xFF with its stuffed zero. */
const MAX_FLUSHED_BYTES = 2;

export function decodeScans(
  bytes: Uint8Array,
  codec: JpegCodec,
  frame: OpenFrame,
  takeRows: TakeRows,
): Result<void, ScanFailure> {
  const { header, tables } = frame;
  const progress = noProgress(header);
  const missing = new Set(header.components.keys());
  const withSteps = new Set<number>();
  let scans = 0;
  for (let offset = frame.firstScan; ;) {
    const read = nextJpegSegment(bytes, offset);
    if (!read.ok) return read;
    const { marker, body, end } = read.value;
    const data = bytes.subarray(body, end);
    offset = end;
    if (marker === MARKER.eoi) break;
    if (isStartOfFrame(marker)) return fail("corrupt", "the JPEG has more than one frame");
    if (marker === MARKER.dhp || marker === MARKER.exp) return fail("unsupported", "the JPEG is hierarchical");
    if (marker === MARKER.soi) return fail("corrupt", "the JPEG begins twice");
    if (marker < MARKER.sof0) return fail("corrupt", "the JPEG has a marker that does not exist");
    const defined = readTables(marker, data, tables);
    if (!defined.ok) return defined;
    if (marker !== MARKER.sos) continue;

    const scan = readScanHeader(data, header);
    if (!scan.ok) return scan;
    const { components, first } = scan.value;
    const isRepeated = !header.progressive && components.some(({ component }) => !missing.has(component));
    if (++scans > MAX_SCANS || isRepeated) return fail("unsupported", "the JPEG has more scans than are accepted");
    if (header.progressive && !advance(progress, scan.value)) return badProgress;
    if (first === 0) for (const { component } of components) missing.delete(component);
    const isNeeded = ({ component }: { component: number }) =>
      frame.wanted[component] && (first === 0 || codec.usesAc(component));
    if (!components.some(isNeeded)) continue;
    const opened = openScan(codec, frame, scan.value, withSteps);
    if (!opened.ok) return opened;
    const next = feed(bytes, offset, codec, frame, takeRows);
    if (!next.ok) return next;
    offset = next.value;
  }
  if (missing.size > 0) return fail("corrupt", "the JPEG has no scan for one of its components");
  if (frame.isStored) while (codec.transformStored()) handOver(codec, frame, takeRows);
  return ok(undefined);
}

const badProgress = fail("corrupt", "the JPEG has a scan that goes on from what has not been there");
const noTable = fail("corrupt", "the JPEG has a scan without its tables");

function openScan(
  codec: JpegCodec,
  { header, tables, wanted }: OpenFrame,
  { components, first, last, high, low }: Scan,
  withSteps: Set<number>,
): Result<void, Failure<"corrupt">> {
  const raw = new Uint8Array(codec.memory.buffer, codec.raw(), RAW_BYTES);
  const { progressive } = header;
  const needsDc = first === 0 && high === 0;
  const needsAc = last > 0;
  const built = new Set<Uint8Array>();
  for (const [place, { component, dcTable, acTable }] of components.entries()) {
    // The first scan of a component fixes its quantiser, whatever is defined later.
    const steps = tables.quantisers[header.components[component].quantiser];
    if (!steps) return noTable;
    if (wanted[component] && !withSteps.has(component)) {
      withSteps.add(component);
      raw.set(new Uint8Array(steps.buffer));
      codec.setQuantiser(component);
    }
    for (const [isAc, index, isNeeded] of [
      [0, dcTable, needsDc],
      [1, acTable, needsAc],
    ] as const) {
      if (!isNeeded) continue;
      const codes = tables.codes[isAc][index];
      if (!codes) return noTable;
      if (built.has(codes)) continue;
      built.add(codes);
      raw.set(codes);
      if (!codec.buildTable(isAc, index)) return fail("corrupt", "the JPEG has a table that cannot be");
    }
    codec.addToScan(place, component, dcTable, acTable);
  }
  codec.openScan(components.length, progressive, first, last, high, low, tables.restartInterval, MAX_FLUSHED_BYTES);
  return ok(undefined);
}

/** Reads one scan, and gives the offset of the marker behind it. */
function feed(
  bytes: Uint8Array,
  start: number,
  codec: JpegCodec,
  frame: OpenFrame,
  takeRows: TakeRows,
): Result<number, ScanFailure> {
  let offset = start;
  let supplied = 0;
  for (;;) {
    const state = codec.run();
    if (state === STATE.corrupt) return damaged;
    if (state === STATE.strip) handOver(codec, frame, takeRows);
    if (state === STATE.strip) continue;
    const consumed = codec.consumed();
    offset += consumed;
    if (state === STATE.done) break;
    const piece = bytes.subarray(offset, offset + RAW_BYTES);
    if (piece.length <= supplied - consumed) return fail("truncated", "the JPEG ends before its end-of-image marker");
    new Uint8Array(codec.memory.buffer, codec.raw(), RAW_BYTES).set(piece);
    supplied = piece.length;
    codec.supply(supplied);
  }
  // Cameras pad the file with zeros before its end. Anything else that is left over, or is left over before another
  // marker, is the usual trace of a damaged bit further up.
  const isPadding = bytes[offset + 1] === MARKER.eoi && codec.unreadAreZero();
  return codec.unreadBytes() <= MAX_FLUSHED_BYTES || isPadding ? ok(offset) : damaged;
}

const damaged = fail("corrupt", "the JPEG's image data is damaged");

function handOver(codec: JpegCodec, { outWidth, channels }: OpenFrame, takeRows: TakeRows): void {
  const count = codec.takeRows();
  if (count > 0) takeRows(new Uint8Array(codec.memory.buffer, codec.rows(), count * outWidth * channels));
}
