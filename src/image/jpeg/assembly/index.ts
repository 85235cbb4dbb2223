// A decoder of 8-bit Huffman-coded JPEGs, sequential and progressive, that gives a picture at 1/1, 1/2, 1/4 or 1/8 of its
// size, strip by strip. The host walks the file's segments, checks what they say, and feeds the scans' bytes piece by
// piece. Whatever the bytes are, every read and write stays inside what `layOut` has counted.

import { buildSkips, buildTable, skipsAt, tableAt } from "./entropy/huffman";
import { CORRUPT, DONE, drain, openInput, ready, restart, STRIP } from "./entropy/input";
import {
  AC_TABLE,
  ACROSS,
  BLOCK,
  BLOCKS_ACROSS,
  COEFFICIENTS,
  COEFFICIENT_BYTES,
  component,
  DC_TABLE,
  DOWN,
  FRAME,
  KEPT_ROWS,
  MASKS,
  NOT_STORED,
  PLACES,
  PLANE,
  PREDICTION,
  RAW,
  REAL_ACROSS,
  REAL_DOWN,
  SCAN,
  SIDE,
  SKIP_TABLE,
  SLOTS,
  STRIDE,
} from "./memory";
import { components, isStored, layOut, mcusAcross, mcusDown, out, setComponent, setSteps } from "./frame";
import { acFirst, acRefine, dcFirst, dcRefine, openBand, resetRun } from "./entropy/progressive";
import { keepRows, makeRows, openRows } from "./rows";
import { BAD, hasAc, readBlock, readDcOnly, storeBlock } from "./entropy/sequential";
import { transform } from "./transform";

export { consumed, supply, unreadAreZero, unreadBytes } from "./entropy/input";
export { layOut, outHeight, outWidth, setComponent, usesAc } from "./frame";
export { buildTable } from "./entropy/huffman";

/** What a scan brings. */
const SEQUENTIAL: i32 = 0;
const DC_FIRST: i32 = 1;
const DC_REFINE: i32 = 2;
const AC_FIRST: i32 = 3;
const AC_REFINE: i32 = 4;

/** As many blocks as make a table of skips worth building. */
const MANY_BLOCKS: i32 = 4096;

let kind: i32 = SEQUENTIAL;
let scanComponents: i32 = 0;
let unitsAcross: i32 = 0;
let unitsDown: i32 = 0;
let x: i32 = 0;
let y: i32 = 0;
let restartInterval: i32 = 0;
let untilRestart: i32 = 0;
let restarts: u32 = 0;
let maxUnread: i32 = 0;
let strip: i32 = 0;

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
  strip = 0;
  openRows(isYcc);
  return true;
}

/** The steps of a component's quantiser stand at RAW. */
export function setQuantiser(index: i32): void {
  setSteps(index, RAW);
}

/** The next component of the scan to come. */
export function addToScan(place: i32, index: i32, dcTable: i32, acTable: i32): void {
  const c = component(index);
  store<i32>(SCAN + (<usize>place << 2), index);
  store<usize>(c + DC_TABLE, tableAt(0, dcTable));
  store<usize>(c + AC_TABLE, tableAt(1, acTable));
  store<usize>(c + SKIP_TABLE, skipsAt(acTable));
  if (load<i32>(c + SIDE) > 1) return;
  for (let i = 0; i < place; i++) {
    const before = component(load<i32>(SCAN + (<usize>i << 2)));
    if (load<i32>(before + SIDE) < 2 && load<usize>(before + AC_TABLE) == tableAt(1, acTable)) return;
  }
  buildSkips(acTable, load<i32>(c + REAL_ACROSS) * load<i32>(c + REAL_DOWN) >= MANY_BLOCKS);
}

export function openScan(
  count: i32,
  isProgressive: bool,
  first: i32,
  last: i32,
  high: i32,
  low: i32,
  interval: i32,
  mostUnread: i32,
): void {
  scanComponents = count;
  if (!isProgressive) kind = SEQUENTIAL;
  else if (first == 0) kind = high == 0 ? DC_FIRST : DC_REFINE;
  else kind = high == 0 ? AC_FIRST : AC_REFINE;
  openBand(first, last, low);
  const only = component(load<i32>(SCAN));
  unitsAcross = count == 1 ? load<i32>(only + REAL_ACROSS) : mcusAcross;
  unitsDown = count == 1 ? load<i32>(only + REAL_DOWN) : mcusDown;
  x = 0;
  y = 0;
  restartInterval = interval;
  untilRestart = interval;
  restarts = 0;
  maxUnread = mostUnread;
  openInput();
  forget();
}

/** Predictions begin anew. */
function forget(): void {
  for (let i = 0; i < components; i++) store<i32>(component(i) + PREDICTION, 0);
  resetRun();
}

/** Goes on with the scan: until it is DONE, needs MORE bytes, is CORRUPT, or has a STRIP whose rows are to be taken. */
export function run(): i32 {
  for (; y < unitsDown; y++) {
    for (; x < unitsAcross; x++) {
      if (restartInterval && untilRestart == 0) {
        const restarted = restart(restarts, maxUnread);
        if (restarted != DONE) return restarted;
        restarts++;
        untilRestart = restartInterval;
        forget();
      }
      const state = ready();
      if (state != DONE) return state;
      if (!readUnit()) return CORRUPT;
      untilRestart--;
    }
    x = 0;
    if (!isStored) {
      strip = y++;
      return STRIP;
    }
  }
  return drain();
}

function readUnit(): bool {
  if (scanComponents == 1) return readOne(component(load<i32>(SCAN)), x, y, 0);
  for (let i = 0; i < scanComponents; i++) {
    const c = component(load<i32>(SCAN + (<usize>i << 2)));
    const across = load<i32>(c + ACROSS);
    const down = load<i32>(c + DOWN);
    for (let v = 0; v < down; v++) {
      for (let h = 0; h < across; h++) {
        if (!readOne(c, x * across + h, y * down + v, v)) return false;
      }
    }
  }
  return true;
}

/** One block of a component, in the row of blocks that is `inStrip` rows below the strip's first. */
function readOne(c: usize, blockX: i32, blockY: i32, inStrip: i32): bool {
  const side = load<i32>(c + SIDE);
  if (isStored) return storeOne(c, side, blockX, blockY);
  if (side > 1) {
    const dc = readBlock(c);
    if (dc == BAD) return false;
    const step = load<u16>(c + PLACES, 2);
    const stride = load<usize>(c + STRIDE);
    transform(side, dc * <i32>step, hasAc, samplesAt(c, side, stride, blockX, inStrip), stride);
    return true;
  }
  const dc = readDcOnly(c);
  if (dc == BAD) return false;
  if (side) {
    const sample = ((dc * <i32>load<u16>(c + PLACES, 2) + 4) >> 3) + 128;
    store<u8>(samplesAt(c, 1, load<usize>(c + STRIDE), blockX, inStrip), <u8>(sample < 0 ? 0 : sample > 255 ? 255 : sample));
  }
  return true;
}

// @ts-ignore: decorator
@inline function samplesAt(c: usize, side: i32, stride: usize, blockX: i32, inStrip: i32): usize {
  const row = load<i32>(c + KEPT_ROWS) + inStrip * side;
  return load<usize>(c + PLANE) + <usize>row * stride + <usize>(blockX * side);
}

function storeOne(c: usize, side: i32, blockX: i32, blockY: i32): bool {
  let coefficients: usize = 0;
  let mask: usize = 0;
  if (side) {
    const block = <usize>(blockY * load<i32>(c + BLOCKS_ACROSS) + blockX);
    coefficients = load<usize>(c + COEFFICIENTS) + block * load<usize>(c + COEFFICIENT_BYTES);
    if (side > 1) mask = load<usize>(c + MASKS) + (block << 3);
  }
  switch (kind) {
    case SEQUENTIAL:
      return (side ? storeBlock(c, coefficients, mask) : readDcOnly(c)) != BAD;
    case DC_FIRST:
      return dcFirst(c, coefficients);
    case DC_REFINE:
      dcRefine(coefficients);
      return true;
    case AC_FIRST:
      return acFirst(c, coefficients, mask);
    default:
      return acRefine(c, coefficients, mask);
  }
}

/** Makes the next strip of what is stored, once every scan has been read. False behind the last. */
export function transformStored(): bool {
  if (strip == mcusDown) return false;
  for (let i = 0; i < components; i++) {
    const c = component(i);
    const side = load<i32>(c + SIDE);
    if (!side) continue;
    const across = load<i32>(c + BLOCKS_ACROSS);
    const down = load<i32>(c + DOWN);
    const stride = load<usize>(c + STRIDE);
    for (let v = 0; v < down; v++) {
      for (let blockX = 0; blockX < across; blockX++) {
        const block = <usize>((strip * down + v) * across + blockX);
        const dc = recall(c, block);
        transform(side, dc, recalledAc, samplesAt(c, side, stride, blockX, v), stride);
      }
    }
  }
  strip++;
  return true;
}

let recalledAc: bool = false;

/** Dequantises a stored block to BLOCK, and gives its DC coefficient. */
function recall(c: usize, block: usize): i32 {
  const coefficients = load<usize>(c + COEFFICIENTS) + block * load<usize>(c + COEFFICIENT_BYTES);
  recalledAc = false;
  if (load<i32>(c + SIDE) > 1) {
    for (let rest = load<u64>(load<usize>(c + MASKS) + (block << 3)); rest; rest &= rest - 1) {
      const k = <usize>ctz(rest);
      const slot = <u32>load<u8>(c + SLOTS + k);
      if (slot == NOT_STORED) continue;
      const place = load<u32>(c + PLACES + (k << 2));
      const value = <i32>load<i16>(coefficients + (<usize>slot << 1));
      store<i32>(BLOCK + <usize>(place & 0xffff), value * <i32>(place >> 16));
      recalledAc = true;
    }
  }
  return <i32>load<i16>(coefficients) * <i32>load<u16>(c + PLACES, 2);
}

/** Leaves what can be made of the picture's rows now at `rows`, and gives how many they are. */
export function takeRows(): i32 {
  const made = makeRows(isStored ? strip - 1 : strip);
  keepRows();
  return made;
}
