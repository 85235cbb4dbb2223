// DEFLATE (RFC 1951), fed piece by piece, into a window that holds what is to be used and the 32 KiB before it.

/** What is left to do: the host is asked for MORE bytes, has ROWS to take, or is told that it is DONE or all CORRUPT. */
export const DONE: i32 = 0;
export const MORE: i32 = 1;
export const ROWS: i32 = 2;
export const CORRUPT: i32 = 3;

const BASE: usize = (__heap_base + 15) & ~15;

/** Compressed bytes, which the host writes here. */
export const RAW: usize = BASE;
const RAW_BYTES: usize = 65536;

const HISTORY: usize = 32768;
const WINDOW: usize = RAW + RAW_BYTES + 16;
/** Beyond it nothing new is begun; a match takes 258 bytes at most. */
const FULL: usize = WINDOW + HISTORY + 65536;

/** Codes: a lookup by the next ten bits, then for longer ones how many codes there are of each length, and the symbols. */
const LOOKUP_BITS: i32 = 10;
const COUNTS: usize = 2 << LOOKUP_BITS;
const SYMBOLS: usize = COUNTS + 2 * 16;
const CODE_BYTES: usize = SYMBOLS + 2 * 320;
const LITERALS: usize = FULL + 512;
const DISTANCES: usize = LITERALS + CODE_BYTES;
const LENGTHS: usize = DISTANCES + CODE_BYTES;

/** What comes behind. */
export const END: usize = LENGTHS + 512;

/** The codes of a block, in bytes, at most: 19 lengths of 3 bits, 320 of 14 bits. */
const HEADER_BYTES: usize = 640;

/** A block with codes of its own costs microseconds; encoders fill blocks with kilobytes. */
const FREE_BLOCKS: f64 = 4096;
const BYTES_A_BLOCK: f64 = 64;

const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
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

let bits: u64 = 0;
let count: i32 = 0;
let at: usize = RAW;
let end: usize = RAW;
let isLast: bool = false;
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
  bits = 0;
  count = 0;
  at = RAW;
  end = RAW;
  isLast = false;
  mode = IN_HEADER;
  isFinal = false;
  storedLeft = 0;
  blocks = 0;
  inflated = 0;
  used = WINDOW;
  made = WINDOW;
}

/** The host has written this many bytes at RAW, beginning with what was not consumed. */
export function supply(bytes: i32, areLast: bool): void {
  at = RAW;
  end = RAW + <usize>bytes;
  isLast = areLast;
}

export function consumed(): i32 {
  return <i32>(at - RAW);
}

export function isAtEnd(): bool {
  return mode == AT_END;
}

// @ts-ignore: decorator
@inline function refill(): void {
  if (at + 8 <= end) {
    bits |= load<u64>(at) << <u64>count;
    at += <usize>((63 - count) >> 3);
    count |= 56;
    return;
  }
  while (count <= 56 && at < end) {
    bits |= <u64>load<u8>(at++) << <u64>count;
    count += 8;
  }
}

// @ts-ignore: decorator
@inline function take(size: i32): i32 {
  const value = <i32>(bits & ((<u64>1 << <u64>size) - 1));
  bits >>= <u64>size;
  count -= size;
  return value;
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
  if (at + HEADER_BYTES > end && !isLast) return MORE;
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
    if (count == 0 && at == end) return isLast ? CORRUPT : MORE;
    if (count > 0) {
      store<u8>(made++, <u8>take(8));
      storedLeft--;
      inflated++;
      // What a refill has read ahead is not whole any more once bits are dropped bytewise.
      if (count == 0) bits = 0;
      continue;
    }
    const length = min(min(<usize>storedLeft, end - at), FULL + 256 - made);
    memory.copy(made, at, length);
    made += length;
    at += length;
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
    if (at + 8 > end && !isLast) return MORE;
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

/** The next symbol, or -1 for bits that no code begins with. */
function takeSymbol(code: usize): i32 {
  const entry = <i32>load<u16>(code + (<usize>(bits & ((1 << LOOKUP_BITS) - 1)) << 1));
  if (entry) {
    take(entry & 15);
    return entry >> 4;
  }
  let value: i32 = 0;
  let first: i32 = 0;
  let index: i32 = 0;
  for (let length: i32 = 1; length <= 15; length++) {
    value |= <i32>((bits >> <u64>(length - 1)) & 1);
    const ofLength = <i32>load<u16>(code + COUNTS + (<usize>length << 1));
    if (value - ofLength < first) {
      take(length);
      return <i32>load<u16>(code + SYMBOLS + (<usize>(index + value - first) << 1));
    }
    index += ofLength;
    first = (first + ofLength) << 1;
    value <<= 1;
  }
  return -1;
}

/** Builds a code of `symbols` lengths at `lengths`; false when there are more codes than bits allow. */
function buildCode(code: usize, lengths: usize, symbols: i32): bool {
  memory.fill(code, 0, CODE_BYTES);
  for (let i = 0; i < symbols; i++) {
    const slot = code + COUNTS + (<usize>load<u8>(lengths + i) << 1);
    store<u16>(slot, <u16>(<i32>load<u16>(slot) + 1));
  }
  store<u16>(code + COUNTS, 0);
  let left: i32 = 1;
  let index: i32 = 0;
  let next: i32 = 0;
  for (let length: i32 = 1; length <= 15; length++) {
    const ofLength = <i32>load<u16>(code + COUNTS + (<usize>length << 1));
    left = (left << 1) - ofLength;
    if (left < 0) return false;
    next <<= 1;
    if (!ofLength) continue;
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (<i32>load<u8>(lengths + symbol) != length) continue;
      store<u16>(code + SYMBOLS + (<usize>index << 1), <u16>symbol);
      index++;
      if (length <= LOOKUP_BITS) {
        const entry = <u16>((symbol << 4) | length);
        for (let i = reverse(next, length); i < 1 << LOOKUP_BITS; i += 1 << length) {
          store<u16>(code + (<usize>i << 1), entry);
        }
      }
      next++;
    }
  }
  return true;
}

function reverse(value: i32, length: i32): i32 {
  let reversed: i32 = 0;
  for (let i = 0; i < length; i++) reversed |= ((value >> i) & 1) << (length - 1 - i);
  return reversed;
}

function fixCodes(): void {
  memory.fill(LENGTHS, 8, 144);
  memory.fill(LENGTHS + 144, 9, 112);
  memory.fill(LENGTHS + 256, 7, 24);
  memory.fill(LENGTHS + 280, 8, 8);
  buildCode(LITERALS, LENGTHS, 288);
  memory.fill(LENGTHS, 5, 30);
  buildCode(DISTANCES, LENGTHS, 30);
}

function readCodes(): bool {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengths = take(4) + 4;
  if (literals > 286 || distances > 30) return false;
  memory.fill(LENGTHS, 0, 19);
  for (let i = 0; i < lengths; i++) {
    refill();
    store<u8>(LENGTHS + <usize>load<u8>(ORDER + i), <u8>take(3));
  }
  if (count < 0 || !buildCode(DISTANCES, LENGTHS, 19)) return false;
  for (let i = 0; i < literals + distances;) {
    refill();
    const symbol = takeSymbol(DISTANCES);
    if (symbol < 0 || count < 0) return false;
    if (symbol < 16) {
      store<u8>(LENGTHS + <usize>i, <u8>symbol);
      i++;
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    const repeated = symbol == 16 ? load<u8>(LENGTHS + <usize>(i - 1)) : 0;
    const times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
    if (i + times > literals + distances) return false;
    memory.fill(LENGTHS + <usize>i, repeated, times);
    i += times;
  }
  if (count < 0 || load<u8>(LENGTHS + 256) == 0) return false;
  return buildCode(LITERALS, LENGTHS, literals) && buildCode(DISTANCES, LENGTHS + <usize>literals, distances);
}
