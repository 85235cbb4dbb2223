// Rows of the picture from the components' planes: chroma brought to full size as libjpeg does it, YCbCr made RGB in its
// 16-bit fixed point (JFIF 1.02).

import {
  BLOCK,
  COLOURS,
  component,
  HEIGHT,
  KEPT_ROWS,
  KIND,
  PLANE,
  REPEAT_X,
  REPEAT_Y,
  ROW,
  SIDE,
  STRIDE,
  STRIP_ROWS,
  WIDTH,
} from "./memory";
import {
  components,
  groupRows,
  mcusDown,
  needsNeighbours,
  out,
  outChannels,
  outHeight,
  outWidth,
  REPEATED,
  SAME,
  scale,
  SMOOTH_X,
  SMOOTH_Y,
} from "./frame";

let nextRow: i32 = 0;
let isYcc: bool = false;

/** 1.402, 0.714136286, 0.344136286 and 1.772, as libjpeg rounds them. */
const RED_CR: i32 = 91881;
const GREEN_CR: i32 = 46802;
const GREEN_CB: i32 = 22554;
const BLUE_CB: i32 = 116130;
const HALF: i32 = 32768;

export function openRows(hasYcc: bool): void {
  nextRow = 0;
  isYcc = hasYcc;
  for (let i: i32 = 0; i < 256; i++) {
    const entry = COLOURS + (<usize>i << 2);
    const chroma = i - 128;
    store<i32>(entry, (RED_CR * chroma + HALF) >> 16);
    store<i32>(entry, -GREEN_CR * chroma, 1024);
    store<i32>(entry, HALF - GREEN_CB * chroma, 2048);
    store<i32>(entry, (BLUE_CB * chroma + HALF) >> 16, 3072);
  }
  memory.fill(BLOCK, 0, 272);
}

/** Before a strip is decoded: keeps the rows of the one before that are needed still. */
export function keepRows(): void {
  if (!needsNeighbours) return;
  for (let i = 0; i < components; i++) {
    const c = component(i);
    if (!load<i32>(c + SIDE)) continue;
    const stride = load<usize>(c + STRIDE);
    const plane = load<usize>(c + PLANE);
    memory.copy(plane, plane + load<usize>(c + STRIP_ROWS) * stride, load<usize>(c + KEPT_ROWS) * stride);
  }
}

/** Leaves the rows that can be made once this strip is decoded at `out`, and gives how many they are. */
export function makeRows(strip: i32): i32 {
  const groups = (strip + 1) * scale - (needsNeighbours ? 1 : 0);
  const end = strip == mcusDown - 1 ? outHeight : min(outHeight, groups * groupRows);
  const from = nextRow;
  let to = out;
  for (let y = from; y < end; y++) {
    const first = toRow(component(0), y, strip);
    if (outChannels == 1) {
      memory.copy(to, first, outWidth);
      to += outWidth;
    } else {
      to = join(first, toRow(component(1), y, strip), toRow(component(2), y, strip), to);
    }
  }
  nextRow = max(from, end);
  return nextRow - from;
}

/** Where row `y` of the picture stands, made of this component alone. */
function toRow(c: usize, y: i32, strip: i32): usize {
  const kind = load<i32>(c + KIND);
  const row = y / load<i32>(c + REPEAT_Y);
  const own = rowAt(c, row, strip);
  if (kind == SAME) return own;
  const made = load<usize>(c + ROW);
  const width = load<i32>(c + WIDTH);
  if (kind == REPEATED) {
    repeat(own, made, load<i32>(c + REPEAT_X));
    return made;
  }
  if (kind == SMOOTH_X) {
    smoothX(own, made, width);
    return made;
  }
  const isUpper = (y & 1) == 0;
  const other = rowAt(c, isUpper ? max(row - 1, 0) : min(row + 1, load<i32>(c + HEIGHT) - 1), strip);
  if (kind == SMOOTH_Y) {
    for (let x = 0; x < width; x++) {
      const sum = 3 * <i32>load<u8>(own + x) + <i32>load<u8>(other + x) + (isUpper ? 1 : 2);
      store<u8>(made + x, <u8>(sum >> 2));
    }
  } else smoothXy(own, other, made, width);
  return made;
}

// @ts-ignore: decorator
@inline function rowAt(c: usize, row: i32, strip: i32): usize {
  const inPlane = row - strip * load<i32>(c + STRIP_ROWS) + load<i32>(c + KEPT_ROWS);
  return load<usize>(c + PLANE) + <usize>inPlane * load<usize>(c + STRIDE);
}

function repeat(from: usize, to: usize, times: i32): void {
  for (let x = 0; x < outWidth; from++) {
    const sample = load<u8>(from);
    for (let i = 0; i < times && x < outWidth; i++, x++) store<u8>(to++, sample);
  }
}

/** Three quarters of the nearer sample and one of the farther, ties to either side in turn. */
function smoothX(from: usize, to: usize, width: i32): void {
  let own = <i32>load<u8>(from);
  let before = own;
  store<u8>(to, <u8>own);
  for (let x = 0; x < width; x++) {
    if (x > 0) store<u8>(to, <u8>((3 * own + before + 1) >> 2));
    if (x == width - 1) {
      store<u8>(to, <u8>own, 1);
      break;
    }
    const after = <i32>load<u8>(from + x, 1);
    store<u8>(to, <u8>((3 * own + after + 2) >> 2), 1);
    before = own;
    own = after;
    to += 2;
  }
}

function smoothXy(from: usize, other: usize, to: usize, width: i32): void {
  let own = 3 * <i32>load<u8>(from) + <i32>load<u8>(other);
  let before = own;
  for (let x = 0; x < width; x++) {
    const after = x == width - 1 ? own : 3 * <i32>load<u8>(from + x, 1) + <i32>load<u8>(other + x, 1);
    store<u8>(to, <u8>((3 * own + before + 8) >> 4));
    store<u8>(to, <u8>((3 * own + after + 7) >> 4), 1);
    before = own;
    own = after;
    to += 2;
  }
}

/** Joins three rows to pixels and gives where they end. */
function join(first: usize, second: usize, third: usize, to: usize): usize {
  const width = <usize>outWidth;
  if (!isYcc) {
    for (let x: usize = 0; x < width; x++, to += 3) {
      store<u8>(to, load<u8>(first + x));
      store<u8>(to, load<u8>(second + x), 1);
      store<u8>(to, load<u8>(third + x), 2);
    }
    return to;
  }
  for (let x: usize = 0; x < width; x++, to += 3) {
    const y = <i32>load<u8>(first + x);
    const cb = COLOURS + (<usize>load<u8>(second + x) << 2);
    const cr = COLOURS + (<usize>load<u8>(third + x) << 2);
    store<u8>(to, clamp(y + load<i32>(cr)));
    store<u8>(to, clamp(y + ((load<i32>(cr, 1024) + load<i32>(cb, 2048)) >> 16)), 1);
    store<u8>(to, clamp(y + load<i32>(cb, 3072)), 2);
  }
  return to;
}

// @ts-ignore: decorator
@inline function clamp(value: i32): u8 {
  return <u8>(value < 0 ? 0 : value > 255 ? 255 : value);
}
