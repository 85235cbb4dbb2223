// A frame: its components, what is wanted of them at the scale that is asked for, and where all of that stands. Sizes are
// counted before anything is allocated, in floating point, where a hostile header cannot overflow them.

import {
  ACROSS,
  BLOCKS_ACROSS,
  COEFFICIENTS,
  COEFFICIENT_BYTES,
  component,
  DOWN,
  FRAME,
  HEIGHT,
  KEPT_ROWS,
  KIND,
  MASKS,
  natural,
  NOT_STORED,
  PLACES,
  PLANE,
  REAL_ACROSS,
  REAL_DOWN,
  REPEAT_X,
  REPEAT_Y,
  ROW,
  SIDE,
  SLOTS,
  STRIDE,
  STRIP_ROWS,
  UNWANTED,
  WIDTH,
} from "./memory";

/** How samples become the picture's: as they are, smoothly in one or both directions, or repeated. */
export const SAME: i32 = 0;
export const SMOOTH_X: i32 = 1;
export const SMOOTH_Y: i32 = 2;
export const SMOOTH_XY: i32 = 3;
export const REPEATED: i32 = 4;

export let components: i32 = 0;
export let mcusAcross: i32 = 0;
export let mcusDown: i32 = 0;
/** Of the picture at its scale. */
export let outWidth: i32 = 0;
export let outHeight: i32 = 0;
export let outChannels: i32 = 0;
/** Side of a block at its scale where nothing is subsampled: 8, 4, 2 or 1. */
export let scale: i32 = 0;
/** The largest sampling factor downwards: rows that one row of a component's samples can make. */
export let groupRows: i32 = 0;
/** Whether a row is made from its neighbours too, so that the last rows of a strip wait for the next. */
export let needsNeighbours: bool = false;
/** Whether coefficients are kept until the last scan: of each component, those that its transform has a use for. */
export let isStored: bool = false;
/** Where the picture's rows of one strip are left. */
export let out: usize = 0;

let end: f64 = 0;

// @ts-ignore: decorator
@inline function up(value: i32, by: i32): i32 {
  return (value + by - 1) / by;
}

export function setComponent(index: i32, across: i32, down: i32, isWanted: bool): void {
  const c = component(index);
  store<i32>(c + ACROSS, across);
  store<i32>(c + DOWN, down);
  store<i32>(c + SIDE, isWanted ? 1 : 0);
}

/** Space for this many bytes, at an address that is only true if the whole fits. */
function place(bytes: f64): usize {
  const address = end;
  end += Math.ceil(bytes / 16) * 16;
  return address < 4294967296 ? <usize>address : 0;
}

/**
 * Lays out a frame whose components are set. Gives the memory that it needs in bytes, or 0 where a wanted component's
 * sampling is no whole fraction of the picture's.
 */
export function layOut(
  width: i32,
  height: i32,
  count: i32,
  newScale: i32,
  storesCoefficients: bool,
  channels: i32,
): f64 {
  components = count;
  scale = newScale;
  isStored = storesCoefficients;
  outChannels = channels;
  outWidth = up(width * scale, 8);
  outHeight = up(height * scale, 8);
  let across: i32 = 1;
  let down: i32 = 1;
  for (let i = 0; i < count; i++) {
    across = max(across, load<i32>(component(i) + ACROSS));
    down = max(down, load<i32>(component(i) + DOWN));
  }
  groupRows = down;
  mcusAcross = up(width, 8 * across);
  mcusDown = up(height, 8 * down);
  needsNeighbours = false;
  end = <f64>FRAME;

  for (let i = 0; i < count; i++) {
    const c = component(i);
    store<i32>(c + REAL_ACROSS, up(width * load<i32>(c + ACROSS), 8 * across));
    store<i32>(c + REAL_DOWN, up(height * load<i32>(c + DOWN), 8 * down));
    store<i32>(c + BLOCKS_ACROSS, mcusAcross * load<i32>(c + ACROSS));
    store<usize>(c + COEFFICIENTS, 0);
    store<usize>(c + MASKS, 0);
    if (load<i32>(c + SIDE) && !layOutComponent(c, width, height, across, down)) return 0;
  }
  // Neighbours are known when the sampling of every component is.
  for (let i = 0; i < count; i++) layOutPlane(component(i));
  out = place(<f64>outWidth * <f64>outChannels * <f64>((scale + 1) * groupRows) + 64);
  return end;
}

function layOutComponent(c: usize, width: i32, height: i32, across: i32, down: i32): bool {
  const own = load<i32>(c + ACROSS);
  const ownDown = load<i32>(c + DOWN);
  // Subsampled components are not reduced as far, where that makes up for it (libjpeg does the same).
  let side = scale;
  while (side < 8 && (across * scale) % (own * side * 2) == 0 && (down * scale) % (ownDown * side * 2) == 0) side *= 2;
  const perGroup = (own * side) / scale;
  const rowsPerGroup = (ownDown * side) / scale;
  if (across % perGroup || down % rowsPerGroup) return false;
  const repeatX = across / perGroup;
  const repeatY = down / rowsPerGroup;
  const planeWidth = up(width * own * side, 8 * across);
  store<i32>(c + SIDE, side);
  store<i32>(c + WIDTH, planeWidth);
  store<i32>(c + HEIGHT, up(height * ownDown * side, 8 * down));
  store<i32>(c + REPEAT_X, repeatX);
  store<i32>(c + REPEAT_Y, repeatY);
  store<i32>(c + KIND, kindOf(repeatX, repeatY, planeWidth));
  if (load<i32>(c + KIND) == SMOOTH_Y || load<i32>(c + KIND) == SMOOTH_XY) needsNeighbours = true;
  return true;
}

/** What libjpeg does: smoothly by two, but not at an eighth, and not sideways where there is next to nothing. */
function kindOf(repeatX: i32, repeatY: i32, width: i32): i32 {
  if (repeatX == 1 && repeatY == 1) return SAME;
  if (scale == 1) return REPEATED;
  if (repeatX == 1 && repeatY == 2) return SMOOTH_Y;
  if (repeatX != 2 || width <= 2) return REPEATED;
  return repeatY == 1 ? SMOOTH_X : repeatY == 2 ? SMOOTH_XY : REPEATED;
}

function layOutPlane(c: usize): void {
  const side = load<i32>(c + SIDE);
  if (!side) return;
  const blocks = load<i32>(c + BLOCKS_ACROSS);
  const stripRows = load<i32>(c + DOWN) * side;
  const kept = needsNeighbours ? (2 * stripRows) / scale : 0;
  store<i32>(c + STRIP_ROWS, stripRows);
  store<i32>(c + KEPT_ROWS, kept);
  store<i32>(c + STRIDE, blocks * side);
  store<usize>(c + PLANE, place(<f64>(blocks * side) * <f64>(stripRows + kept) + 16));
  store<usize>(c + ROW, place(<f64>outWidth + 64));

  let stored: i32 = 0;
  for (let k = 0; k < 64; k++) {
    store<u8>(c + SLOTS + <usize>k, <u8>(isUsed(natural(k), side) ? stored++ : NOT_STORED));
  }
  if (!isStored) return;
  const all = <f64>blocks * <f64>(mcusDown * load<i32>(c + DOWN));
  store<i32>(c + COEFFICIENT_BYTES, 2 * stored);
  store<usize>(c + COEFFICIENTS, place(all * <f64>(2 * stored)));
  if (side > 1) store<usize>(c + MASKS, place(all * 8));
}

/** Whether more of a component is wanted than its DC: scans that bring nothing else are not to be opened without it. */
export function usesAc(index: i32): bool {
  return load<i32>(component(index) + SIDE) > 1;
}

/** Whether a transform to this side has a use for the coefficient. */
function isUsed(index: i32, side: i32): bool {
  return isUsedAlong(index & 7, side) && isUsedAlong(index >> 3, side);
}

function isUsedAlong(frequency: i32, side: i32): bool {
  if (frequency == 0 || side == 8) return true;
  if (side == 4) return frequency != 4;
  return side == 2 && (frequency & 1) != 0;
}

/** Takes the steps of a component's quantiser, 64 16-bit integers in zigzag order. */
export function setSteps(index: i32, steps: usize): void {
  const c = component(index);
  const side = load<i32>(c + SIDE);
  for (let k = 0; k < 80; k++) {
    const isWanted = k < 64 && isUsed(natural(k), side);
    const offset = isWanted ? <u32>natural(k) << 2 : UNWANTED;
    const step = k < 64 ? <u32>load<u16>(steps + (<usize>k << 1)) : 0;
    store<u32>(c + PLACES + (<usize>k << 2), offset | (step << 16));
  }
}
