// A scan: which blocks of which components it has in which order, and what is read of each.

import { buildSkips, skipsAt, tableAt } from "./entropy/huffman";
import { CORRUPT, DONE, drain, openInput, ready, restart, STRIP } from "./entropy/input";
import { acFirst, acRefine, dcFirst, dcRefine, openBand, resetRun } from "./entropy/progressive";
import { hasAc, readBlock, readDcOnly } from "./entropy/sequential";
import { storeBlock } from "./entropy/stored";
import { BAD } from "./entropy/symbols";
import { components, isStored, mcusAcross, mcusDown } from "./frame";
import {
  AC_TABLE,
  ACROSS,
  BLOCKS_ACROSS,
  COEFFICIENTS,
  COEFFICIENT_BYTES,
  component,
  DC_TABLE,
  DOWN,
  MASKS,
  PLACES,
  PREDICTION,
  REAL_ACROSS,
  REAL_DOWN,
  samplesAt,
  SCAN,
  SIDE,
  SKIP_TABLE,
  STRIDE,
} from "./memory";
import { transform } from "./transform";

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

/** The strip that has been decoded last, where none are stored. */
export let strip: i32 = 0;

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
