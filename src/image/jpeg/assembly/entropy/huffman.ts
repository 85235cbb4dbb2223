// Huffman tables for fast reading. A lookup by the next 12 bits gives a symbol and, where its extra bits stand there too,
// the value; a second one, for blocks whose coefficients nobody wants, goes over several symbols at a time.

import {
  LIMITS,
  LOOKUP_BITS,
  OFFSETS,
  RAW,
  SKIPS,
  SKIP_BITS,
  SKIP_BYTES,
  SYMBOLS,
  TABLES,
  TABLE_BYTES,
} from "../memory";

// An entry: bits to drop (of code and value, or of the code alone), PARTIAL, zeros to go over, value or its size.
/** The value's bits are not in the entry, or not even the code is: then no bits are dropped. */
export const PARTIAL: u32 = 0x80;
/** In place of zeros: the block, or in a progressive scan a run of blocks, ends here. The run's size is added. */
export const END: u32 = 128;

// @ts-ignore: decorator
@inline export function tableAt(isAc: i32, index: i32): usize {
  return TABLES + <usize>((isAc << 2) + index) * TABLE_BYTES;
}

// @ts-ignore: decorator
@inline export function skipsAt(index: i32): usize {
  return SKIPS + <usize>index * SKIP_BYTES;
}

/**
 * Builds a table of what DHT says: 16 counts and the symbols behind them, which the host has written at RAW. False when
 * they are no Huffman code, or a DC symbol is no size.
 */
export function buildTable(isAc: i32, index: i32): bool {
  const table = tableAt(isAc, index);
  memory.fill(table, 0, TABLE_BYTES);
  for (let i = 0; i < 1 << LOOKUP_BITS; i++) store<u32>(table + (<usize>i << 2), PARTIAL);
  let code: i32 = 0;
  let symbols: i32 = 0;
  for (let length: i32 = 1; length <= 16; length++) {
    store<i32>(table + OFFSETS + (<usize>length << 2), symbols - code);
    const ofLength = <i32>load<u8>(RAW + <usize>length - 1);
    if (symbols + ofLength > 256 || code + ofLength > 1 << length) return false;
    for (let i = 0; i < ofLength; i++, code++, symbols++) {
      const symbol = <u32>load<u8>(RAW + 16 + <usize>symbols);
      if (!isAc && symbol > 15) return false;
      store<u8>(table + SYMBOLS + <usize>symbols, <u8>symbol);
      if (length <= LOOKUP_BITS) enter(table, code, length, symbol, isAc);
    }
    // The first code of this length that is none; of no codes, 0.
    store<i32>(table + LIMITS + (<usize>length << 2), ofLength ? code : 0);
    code <<= 1;
  }
  return true;
}

/** Zeros before the coefficient, or the end, and the size of its value. */
// @ts-ignore: decorator
@inline function runOf(symbol: u32, isAc: i32): u32 {
  const run = symbol >> 4;
  return isAc && (symbol & 15) == 0 && run != 15 ? END | run : run;
}

function enter(table: usize, code: i32, length: i32, symbol: u32, isAc: i32): void {
  const run = runOf(symbol, isAc) << 8;
  const size = <i32>(symbol & 15);
  const first = table + (<usize>(code << (LOOKUP_BITS - length)) << 2);
  const free = LOOKUP_BITS - length - size;
  if (free < 0) {
    for (let i = 0; i < 1 << (LOOKUP_BITS - length); i++) {
      store<u32>(first + (<usize>i << 2), <u32>length | PARTIAL | run | (<u32>size << 16));
    }
    return;
  }
  for (let value = 0, to = first; value < 1 << size; value++) {
    const entry = <u32>(length + size) | run | (<u32>extend(value, size) << 16);
    for (let i = 0; i < 1 << free; i++, to += 4) store<u32>(to, entry);
  }
}

/** The number that `size` bits stand for (ITU T.81, figure F.12). */
// @ts-ignore: decorator
@inline export function extend(value: i32, size: i32): i32 {
  return size && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** The partial entry of a code that is longer than the lookup, or 0 if there is no such code. */
export function lookUpLong(table: usize, next: u32, isAc: i32): u32 {
  for (let length: i32 = LOOKUP_BITS + 1; length <= 16; length++) {
    const code = <i32>(next >> (16 - length));
    if (code >= load<i32>(table + LIMITS + (<usize>length << 2))) continue;
    const symbol = <u32>load<u8>(table + SYMBOLS + <usize>((code + load<i32>(table + OFFSETS + (<usize>length << 2))) & 255));
    return <u32>length | PARTIAL | (runOf(symbol, isAc) << 8) | ((symbol & 15) << 16);
  }
  return 0;
}

// An entry of the skips: bits to drop in the lowest six, coefficients gone over in the next seven, and whether the block
// ends in the next. 0 where the next symbol is not known by 13 bits.

/** For a small picture it costs more than it saves: then every entry says that it knows nothing. */
export function buildSkips(index: i32, isWorthIt: bool): void {
  const table = tableAt(1, index);
  const skips = skipsAt(index);
  if (!isWorthIt) {
    memory.fill(skips, 0, SKIP_BYTES);
    return;
  }
  for (let next = 0; next < 1 << SKIP_BITS; next++) {
    let used: i32 = 0;
    let gone: i32 = 0;
    let ends: i32 = 0;
    while (used < SKIP_BITS && !ends) {
      const known = (next << used) & ((1 << SKIP_BITS) - 1);
      const entry = load<u32>(table + (<usize>(known >> (SKIP_BITS - LOOKUP_BITS)) << 2));
      const drop = <i32>(entry & 0x7f) + (entry & PARTIAL ? <i32>(entry >> 16) : 0);
      if (drop == 0 || (entry & 0x7f) == 0 || (used > 0 && used + drop > SKIP_BITS)) break;
      const run = (entry >> 8) & 0xff;
      if (run & END) {
        used += <i32>(entry & 0x7f);
        ends = 1;
      } else {
        if (gone + <i32>run + 1 > 63) break;
        used += drop;
        gone += <i32>run + 1;
      }
    }
    store<u16>(skips + (<usize>next << 1), <u16>(used | (gone << 6) | (ends << 13)));
  }
}
