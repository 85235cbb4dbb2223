// What a scan brings (ITU T.81, B.2.3), checked against the frame and against the scans before it.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { JpegHeader } from "./jpeg-header.ts";

/**
 * A small file can declare scan after scan over a large frame, and each costs the decoder a pass over all of it; encoders
 * write about ten. See libjpeg-turbo, "Two Issues with the JPEG Standard".
 */
export const MAX_SCANS = 100;

/** `component` is a place in the frame; the tables are those that the component's codes are in, 0 to 3. */
export type ScanComponent = { component: number; dcTable: number; acTable: number };

/** The band of coefficients by place in the zigzag, and the bits that were there before and that are there after. */
export type Scan = { components: ScanComponent[]; first: number; last: number; high: number; low: number };

/** The bit down to which each coefficient of each component is known, or -1. */
export type Progress = Int8Array[];

export const noProgress = ({ components }: JpegHeader): Progress => components.map(() => new Int8Array(64).fill(-1));

/** ITU T.81, B.2.3: blocks of an MCU where components are interleaved. */
const MAX_BLOCKS = 10;

/** Successive approximation begins at bit 13 at most (ITU T.81, table B.3). */
const MAX_LOW = 13;

export function readScanHeader(data: Uint8Array, frame: JpegHeader): Result<Scan, Failure<"corrupt">> {
  const count = data[0];
  const parameters = 1 + 2 * count;
  if (data.length !== parameters + 3 || count < 1 || count > frame.components.length) return badScan;
  const components: ScanComponent[] = [];
  for (let at = 1; at < parameters; at += 2) {
    const component = frame.components.findIndex(({ id }) => id === data[at]);
    const [dcTable, acTable] = [data[at + 1] >> 4, data[at + 1] & 15];
    if (component < 0 || components.some((before) => before.component === component)) return badScan;
    if (dcTable > 3 || acTable > 3) return badScan;
    components.push({ component, dcTable, acTable });
  }
  const blocks = components.reduce((sum, { component }) => {
    const { across, down } = frame.components[component];
    return sum + across * down;
  }, 0);
  if (count > 1 && blocks > MAX_BLOCKS) return badScan;
  const [first, last] = [data[parameters], data[parameters + 1]];
  const [high, low] = [data[parameters + 2] >> 4, data[parameters + 2] & 15];
  const scan = { components, first, last, high, low };
  const isSound = frame.progressive ? isProgressiveScan(scan) : first === 0 && last === 63 && high === 0 && low === 0;
  return isSound ? ok(scan) : badScan;
}

/** ITU T.81, G.1.1.1: DC alone, or AC of one component; each refining scan brings one bit. */
function isProgressiveScan({ components, first, last, high, low }: Scan): boolean {
  const band = first === 0 ? last === 0 : components.length === 1 && first <= last && last <= 63;
  return band && low <= MAX_LOW && (high === 0 || low === high - 1);
}

/** Notes what a progressive scan brings. False when it goes on from what has not been there. */
export function advance(progress: Progress, { components, first, last, high, low }: Scan): boolean {
  for (const { component } of components) {
    const known = progress[component];
    if (first > 0 && known[0] < 0) return false;
    for (let k = first; k <= last; k++) {
      if (high !== Math.max(0, known[k])) return false;
      known[k] = low;
    }
  }
  return true;
}

const badScan = fail("corrupt", "the JPEG has a misplaced or misshapen scan");
