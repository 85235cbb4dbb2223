// The codes of a block (RFC 1951, 3.2.2 and 3.2.5 to 3.2.7): the fixed ones, or those that it brings.

import { bits, count, refill, take } from "./bits";
import { CODE_BYTES, COUNTS, DISTANCES, LENGTHS, LITERALS, LOOKUP_BITS, SYMBOLS } from "./memory";

const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** The next symbol, or -1 for bits that no code begins with. */
export function takeSymbol(code: usize): i32 {
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

export function fixCodes(): void {
  memory.fill(LENGTHS, 8, 144);
  memory.fill(LENGTHS + 144, 9, 112);
  memory.fill(LENGTHS + 256, 7, 24);
  memory.fill(LENGTHS + 280, 8, 8);
  buildCode(LITERALS, LENGTHS, 288);
  memory.fill(LENGTHS, 5, 30);
  buildCode(DISTANCES, LENGTHS, 30);
}

/** False where they are none. */
export function readCodes(): bool {
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
