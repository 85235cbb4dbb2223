// Rows of a PNG that is not interlaced: inflated and unfiltered (PNG third edition, sections 9 and 10), a strip at a time.
// Whatever the bytes are, every read and write stays inside what `open` has counted.

import { CORRUPT, DONE, inflate, isAtEnd, made, MORE, openInflate, ROWS, use, used } from "./inflate";
import { END, RAW } from "./memory";

export { consumed, supply } from "./bits";

/** Of a strip, unless one row is more. */
const STRIP_BYTES: usize = 65536;

/** What a stream may hold beyond the picture before it counts as a bomb. */
const MAX_EXCESS: f64 = 1048576;

let rowBytes: usize = 0;
let pixelBytes: usize = 0;
let height: i32 = 0;
let stripRows: i32 = 0;
/** Rows that stand in the strip behind the last one of the strip before. */
let inStrip: i32 = 0;
let done: i32 = 0;
let filter: i32 = -1;
let filled: usize = 0;
let excess: f64 = 0;

export function raw(): usize {
  return RAW;
}

/** Where the rows that are to be taken stand, and how many they are. */
export function rows(): usize {
  return END + rowBytes;
}

export function rowCount(): i32 {
  return inStrip;
}

/** Bytes of memory that rows of this size take. */
export function need(bytesARow: f64): f64 {
  return <f64>END + bytesARow + Math.max(bytesARow, <f64>STRIP_BYTES) + 16;
}

export function open(bytesARow: i32, bytesAPixel: i32, rowsAll: i32): bool {
  rowBytes = <usize>bytesARow;
  pixelBytes = <usize>bytesAPixel;
  height = rowsAll;
  const pages = <i32>Math.ceil(need(<f64>bytesARow) / 65536);
  const missing = pages - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) return false;
  stripRows = max(1, <i32>(STRIP_BYTES / rowBytes));
  inStrip = 0;
  done = 0;
  filter = -1;
  filled = 0;
  excess = 0;
  memory.fill(END, 0, rowBytes);
  openInflate();
  return true;
}

/** Goes on: until it is DONE, needs MORE bytes, is CORRUPT, or has ROWS that are to be taken. */
export function run(): i32 {
  if (inStrip == stripRows || (inStrip > 0 && done == height)) {
    memory.copy(END, END + <usize>inStrip * rowBytes, rowBytes);
    inStrip = 0;
  }
  let state: i32 = DONE;
  while (state == DONE) {
    while (used < made) {
      if (done == height) {
        excess += <f64>(made - used);
        use(made - used);
        if (excess > MAX_EXCESS) return CORRUPT;
        break;
      }
      if (!takeBytes()) return CORRUPT;
      if (inStrip == stripRows || done == height) return ROWS;
    }
    if (isAtEnd()) return done == height ? DONE : CORRUPT;
    state = inflate();
    // What has been inflated already is used before more is asked for.
    if (state == MORE && used < made) state = DONE;
  }
  return state;
}

/** Moves inflated bytes into the row that is being filled. */
function takeBytes(): bool {
  if (filter < 0) {
    filter = <i32>load<u8>(used);
    use(1);
    return filter <= 4;
  }
  const row = END + <usize>(inStrip + 1) * rowBytes;
  const bytes = min(made - used, rowBytes - filled);
  memory.copy(row + filled, used, bytes);
  use(bytes);
  filled += bytes;
  if (filled < rowBytes) return true;
  unfilter(row, row - rowBytes);
  filter = -1;
  filled = 0;
  inStrip++;
  done++;
  return true;
}

function unfilter(row: usize, above: usize): void {
  switch (filter) {
    case 1:
      for (let i = pixelBytes; i < rowBytes; i++) {
        store<u8>(row + i, <u8>(<i32>load<u8>(row + i) + <i32>load<u8>(row + i - pixelBytes)));
      }
      break;
    case 2: {
      let i: usize = 0;
      for (; i + 16 <= rowBytes; i += 16) v128.store(row + i, i8x16.add(v128.load(row + i), v128.load(above + i)));
      for (; i < rowBytes; i++) store<u8>(row + i, <u8>(<i32>load<u8>(row + i) + <i32>load<u8>(above + i)));
      break;
    }
    case 3:
      for (let i: usize = 0; i < rowBytes; i++) {
        const left = i < pixelBytes ? 0 : <i32>load<u8>(row + i - pixelBytes);
        store<u8>(row + i, <u8>(<i32>load<u8>(row + i) + ((left + <i32>load<u8>(above + i)) >> 1)));
      }
      break;
    case 4:
      for (let i: usize = 0; i < rowBytes; i++) {
        const left = i < pixelBytes ? 0 : <i32>load<u8>(row + i - pixelBytes);
        const corner = i < pixelBytes ? 0 : <i32>load<u8>(above + i - pixelBytes);
        store<u8>(row + i, <u8>(<i32>load<u8>(row + i) + paeth(left, <i32>load<u8>(above + i), corner)));
      }
      break;
    default:
  }
}

// @ts-ignore: decorator
@inline function paeth(left: i32, up: i32, corner: i32): i32 {
  const toLeft = abs(up - corner);
  const toUp = abs(left - corner);
  const toCorner = abs(left + up - 2 * corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}
