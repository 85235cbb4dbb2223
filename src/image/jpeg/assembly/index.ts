// A decoder of 8-bit Huffman-coded JPEGs, sequential and progressive, that gives a picture at 1/1, 1/2, 1/4 or 1/8 of its
// size, strip by strip. The host walks the file's segments, checks what they say, and feeds the scans' bytes piece by
// piece. Whatever the bytes are, every read and write stays inside what `layOut` has counted.

import { isStored, out, setSteps } from "./frame";
import { FRAME, RAW } from "./memory";
import { keepRows, makeRows, openRows } from "./rows";
import { strip } from "./scan";
import { made, openStored } from "./stored";

export { buildTable } from "./entropy/huffman";
export { consumed, supply, unreadAreZero, unreadBytes } from "./entropy/input";
export { layOut, outHeight, outWidth, setComponent, usesAc } from "./frame";
export { addToScan, openScan, run } from "./scan";
export { transformStored } from "./stored";

/** Where the host writes tables and the file's bytes. */
export function raw(): usize {
  return RAW;
}

export function rows(): usize {
  return out;
}

/** Takes what `layOut` has counted. False when there is not as much memory. */
export function allocate(bytes: f64, isYcc: bool): bool {
  const used = <f64>memory.size() * 65536;
  const missing = <i32>Math.ceil((bytes - used) / 65536);
  if (missing > 0 && memory.grow(missing) < 0) return false;
  // What has just been grown is zero.
  if (isStored) memory.fill(FRAME, 0, <usize>min(bytes, used) - FRAME);
  openStored();
  openRows(isYcc);
  return true;
}

/** The steps of a component's quantiser stand at RAW. */
export function setQuantiser(index: i32): void {
  setSteps(index, RAW);
}

/** Leaves what can be made of the picture's rows now at `rows`, and gives how many they are. */
export function takeRows(): i32 {
  const count = makeRows(isStored ? made - 1 : strip);
  keepRows();
  return count;
}
