// DEFLATE (RFC 1951), fed piece by piece, into a window that holds what is to be used and the 32 KiB before it.

import { copyBytes, count, isLast, lacks, openBits, refill, take } from "./bits";
import { fixCodes, readCodes, takeSymbol } from "./codes";
import { DISTANCES, FULL, HISTORY, LITERALS, WINDOW } from "./memory";

/** What is left to do: the host is asked for MORE bytes, has ROWS to take, or is told that it is DONE or all CORRUPT. */
export const DONE: i32 = 0;
export const MORE: i32 = 1;
export const ROWS: i32 = 2;
export const CORRUPT: i32 = 3;

/** The codes of a block, in bytes, at most: 19 lengths of 3 bits, 320 of 14 bits. */
const HEADER_BYTES: usize = 640;

/** A block with codes of its own costs microseconds; encoders fill blocks with kilobytes. */
const FREE_BLOCKS: f64 = 4096;
const BYTES_A_BLOCK: f64 = 64;

const LENGTH_BASE = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 0,
  0,
]);
const LENGTH_BITS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0,
]);
const DISTANCE_BASE = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577, 0, 0,
]);
const DISTANCE_BITS = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 0, 0,
]);

const IN_HEADER: i32 = 0;
const IN_CODES: i32 = 1;
const IN_STORED: i32 = 2;
const AT_END: i32 = 3;

let mode: i32 = IN_HEADER;
let isFinal: bool = false;
let storedLeft: i32 = 0;
let blocks: f64 = 0;
let inflated: f64 = 0;

/** What has been inflated and not used stands from `used` to `made`. */
export let used: usize = WINDOW;
export let made: usize = WINDOW;

export function use(bytes: usize): void {
  used += bytes;
}

export function openInflate(): void {
  openBits();
  mode = IN_HEADER;
  isFinal = false;
  storedLeft = 0;
  blocks = 0;
  inflated = 0;
  used = WINDOW;
  made = WINDOW;
}

export function isAtEnd(): bool {
  return mode == AT_END;
}

/** Inflates until the window is full: DONE when it is or the stream has ended, MORE, or CORRUPT. */
export function inflate(): i32 {
  slide();
  let state: i32 = DONE;
  while (state == DONE && made <= FULL && mode != AT_END) {
    if (mode == IN_HEADER) state = openBlock();
    else if (mode == IN_CODES) state = inflateCodes();
    else state = copyStored();
  }
  return state;
}

function slide(): void {
  if (made <= WINDOW + HISTORY || used != made) return;
  memory.copy(WINDOW, made - HISTORY, HISTORY);
  made = WINDOW + HISTORY;
  used = made;
}

function openBlock(): i32 {
  if (lacks(HEADER_BYTES)) return MORE;
  if (++blocks > FREE_BLOCKS + inflated / BYTES_A_BLOCK) return CORRUPT;
  refill();
  isFinal = take(1) == 1;
  const type = take(2);
  if (type == 0) {
    take(count & 7);
    refill();
    const length = take(16);
    const complement = take(16);
    if (count < 0 || (length ^ complement) != 0xffff) return CORRUPT;
    storedLeft = length;
    mode = IN_STORED;
  } else if (type == 1) {
    fixCodes();
    mode = IN_CODES;
  } else {
    if (type == 3 || !readCodes()) return CORRUPT;
    mode = IN_CODES;
  }
  return count < 0 ? CORRUPT : DONE;
}

function copyStored(): i32 {
  while (storedLeft > 0) {
    if (made > FULL) return DONE;
    const length = copyBytes(made, min(<usize>storedLeft, FULL + 256 - made));
    if (length == 0) return isLast ? CORRUPT : MORE;
    made += length;
    storedLeft -= <i32>length;
    inflated += <f64>length;
  }
  mode = isFinal ? AT_END : IN_HEADER;
  return DONE;
}

function inflateCodes(): i32 {
  const before = made;
  const state = inflateSymbols();
  inflated += <f64>(made - before);
  return state;
}

function inflateSymbols(): i32 {
  while (made <= FULL) {
    if (lacks(8)) return MORE;
    refill();
    const symbol = takeSymbol(LITERALS);
    if (symbol < 0 || count < 0) return CORRUPT;
    if (symbol < 256) {
      store<u8>(made++, <u8>symbol);
      continue;
    }
    if (symbol == 256) {
      mode = isFinal ? AT_END : IN_HEADER;
      return DONE;
    }
    const lengthIndex = <usize>(symbol - 257);
    const length = <i32>load<u16>(LENGTH_BASE + (lengthIndex << 1)) + take(<i32>load<u8>(LENGTH_BITS + lengthIndex));
    refill();
    const distanceSymbol = takeSymbol(DISTANCES);
    if (distanceSymbol < 0) return CORRUPT;
    const distanceIndex = <usize>distanceSymbol;
    const distance =
      <usize>load<u16>(DISTANCE_BASE + (distanceIndex << 1)) + <usize>take(<i32>load<u8>(DISTANCE_BITS + distanceIndex));
    if (length < 3 || distance == 0 || count < 0 || distance > made - WINDOW) return CORRUPT;
    let from = made - distance;
    const to = made + <usize>length;
    if (distance >= <usize>length) memory.copy(made, from, length);
    else for (let target = made; target < to; target++, from++) store<u8>(target, load<u8>(from));
    made = to;
  }
  return DONE;
}
