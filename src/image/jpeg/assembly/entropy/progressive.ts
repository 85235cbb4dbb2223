// Blocks of a progressive scan (ITU T.81, G.1.2 and G.2). A coefficient that is not wanted at this scale leaves one bit in
// its block's mask: refining scans have a bit for each coefficient that is not zero, wanted or not.

import { END, lookUpLong, PARTIAL } from "./huffman";
import { at, bits, count, setBits } from "./input";
import { AC_TABLE, LOOKUP_BITS, NOT_STORED, SLOTS } from "../memory";
import { BAD } from "./symbols";
import { storeDc } from "./stored";

/** The band of the scan, the bit that it brings, and how many blocks to come are at their end. */
let first: i32 = 0;
let last: i32 = 0;
let low: i32 = 0;
let band: u64 = 0;
let endRun: i32 = 0;

export function openBand(newFirst: i32, newLast: i32, newLow: i32): void {
  first = newFirst;
  last = newLast;
  low = newLow;
  band = (~(<u64>0) >> <u64>(63 - newLast)) & (~(<u64>0) << <u64>newFirst);
  endRun = 0;
}

export function resetRun(): void {
  endRun = 0;
}

function refill(): void {
  if (count <= 32)
    setBits(bits | (<u64>bswap<u32>(load<u32>(at)) << <u64>(32 - count)), count + 32, at + 4);
}

function takeBits(size: i32): i32 {
  if (size == 0) return 0;
  refill();
  const value = <i32>(bits >> <u64>(64 - size));
  setBits(bits << <u64>size, count - size, at);
  return value;
}

/** The entry of the next symbol, dropped with the bits that the entry has; 0 for none. */
function takeSymbol(table: usize): u32 {
  refill();
  let entry = load<u32>(table + (<usize>(bits >> (64 - LOOKUP_BITS)) << 2));
  if ((entry & 0xff) == PARTIAL) entry = lookUpLong(table, <u32>(bits >> 48), 1);
  setBits(bits << <u64>(entry & 0x7f), count - <i32>(entry & 0x7f), at);
  return entry;
}

/** The value of a symbol that has been taken, and whose own bits may not have been. */
// @ts-ignore: decorator
@inline function valueOf(entry: u32): i32 {
  if (!(entry & PARTIAL)) return <i32>entry >> 16;
  const size = <i32>(entry >> 16);
  const value = takeBits(size);
  return size && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

export function dcFirst(component: usize, coefficients: usize): bool {
  const prediction = storeDc(component);
  if (coefficients) store<i16>(coefficients, <i16>(prediction << low));
  return prediction != BAD;
}

export function dcRefine(coefficients: usize): void {
  const bit = takeBits(1);
  if (coefficients && bit) store<i16>(coefficients, <i16>(<i32>load<i16>(coefficients) | (1 << low)));
}

export function acFirst(component: usize, coefficients: usize, mask: usize): bool {
  if (endRun > 0) {
    endRun--;
    return true;
  }
  const table = load<usize>(component + AC_TABLE);
  let nonZero = load<u64>(mask);
  for (let k = first; k <= last; k++) {
    const entry = takeSymbol(table);
    if (!entry) return false;
    const run = (entry >> 8) & 0xff;
    if (run & END) {
      const size = <i32>(run & 15);
      endRun = (1 << size) - 1 + takeBits(size);
      break;
    }
    k += <i32>run;
    if (k > last) return false;
    const value = valueOf(entry);
    if (!value) continue;
    nonZero |= <u64>1 << <u64>k;
    const slot = <u32>load<u8>(component + SLOTS + <usize>k);
    if (slot != NOT_STORED) store<i16>(coefficients + (<usize>slot << 1), <i16>(value << low));
  }
  store<u64>(mask, nonZero);
  return true;
}

/** The bit of a coefficient that is not zero already. */
function correct(component: usize, coefficients: usize, k: i32): void {
  if (!takeBits(1)) return;
  const slot = <u32>load<u8>(component + SLOTS + <usize>k);
  if (slot == NOT_STORED) return;
  const place = coefficients + (<usize>slot << 1);
  const value = <i32>load<i16>(place);
  const bit = 1 << low;
  if (!(value & bit)) store<i16>(place, <i16>(value < 0 ? value - bit : value + bit));
}

export function acRefine(component: usize, coefficients: usize, mask: usize): bool {
  const table = load<usize>(component + AC_TABLE);
  const before = load<u64>(mask);
  let nonZero = before;
  let k = first;
  if (endRun == 0) {
    for (; k <= last; k++) {
      const entry = takeSymbol(table);
      if (!entry) return false;
      const run = (entry >> 8) & 0xff;
      if (run & END) {
        const size = <i32>(run & 15);
        endRun = (1 << size) + takeBits(size);
        break;
      }
      const value = valueOf(entry);
      if (value > 1 || value < -1) return false;
      // Past what is not zero, correcting it, and as many zeros as the run has.
      let zeros = <i32>run;
      for (; k <= last; k++) {
        if ((before >> <u64>k) & 1) correct(component, coefficients, k);
        else if (zeros-- == 0) break;
      }
      if (k > last) return false;
      if (!value) continue;
      nonZero |= <u64>1 << <u64>k;
      const slot = <u32>load<u8>(component + SLOTS + <usize>k);
      if (slot != NOT_STORED) store<i16>(coefficients + (<usize>slot << 1), <i16>(value << low));
    }
  }
  if (endRun > 0) {
    endRun--;
    if (k <= last) {
      let rest = before & band & (~(<u64>0) << <u64>k);
      while (rest) {
        correct(component, coefficients, <i32>ctz(rest));
        rest &= rest - 1;
      }
    }
  }
  store<u64>(mask, nonZero);
  return true;
}
