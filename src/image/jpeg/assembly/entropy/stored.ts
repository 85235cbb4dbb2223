// Blocks whose coefficients are kept until the last scan: whole ones of a sequential scan (ITU T.81, F.2.2), and the DC
// alone, as the first scan of a progressive file has it.

import { END, lookUpLong, PARTIAL } from "./huffman";
import { at, bits, count, setBits } from "./input";
import { BAD, lookUp, next32, take } from "./symbols";
import { AC_TABLE, DC_TABLE, NOT_STORED, PREDICTION, SLOTS } from "../memory";

/** Reads a block to where it is stored, as it is, and notes in the mask which of its coefficients are not zero. */
export function storeBlock(component: usize, coefficients: usize, mask: usize): i32 {
  const ac = load<usize>(component + AC_TABLE);
  const prediction = storeDc(component);
  if (prediction == BAD) return BAD;
  store<i16>(coefficients, <i16>prediction);
  let b = bits;
  let n = count;
  let from = at;
  let nonZero: u64 = 0;
  let k: i32 = 1;
  do {
    if (n <= 32) {
      b |= next32(from) << <u64>(32 - n);
      from += 4;
      n += 32;
    }
    let entry = lookUp(ac, b);
    let value: i32;
    if (entry & PARTIAL) {
      if (!(entry & 0x7f)) {
        entry = lookUpLong(ac, <u32>(b >> 48), 1);
        if (!entry) return BAD;
      }
      const length = <i32>(entry & 0x7f);
      const size = <i32>(entry >> 16);
      b <<= <u64>length;
      value = size ? take(b, size) : 0;
      b <<= <u64>size;
      n -= length + size;
    } else {
      value = <i32>entry >> 16;
      b <<= <u64>(entry & 0x7f);
      n -= <i32>(entry & 0x7f);
    }
    const run = (entry >> 8) & 0xff;
    if (run & END) break;
    k += <i32>run;
    if (k > 63) return BAD;
    const slot = <u32>load<u8>(component + SLOTS + <usize>k);
    if (value && slot != NOT_STORED) {
      store<i16>(coefficients + (<usize>slot << 1), <i16>value);
      nonZero |= <u64>1 << <u64>k;
    }
    k++;
  } while (k < 64);
  setBits(b, n, from);
  if (mask) store<u64>(mask, nonZero);
  return prediction;
}

/** Reads a DC coefficient alone, as the first scan of a progressive file has them. */
export function storeDc(component: usize): i32 {
  const dc = load<usize>(component + DC_TABLE);
  let b = bits;
  let n = count;
  let from = at;
  if (n <= 32) {
    b |= next32(from) << <u64>(32 - n);
    from += 4;
    n += 32;
  }
  let entry = lookUp(dc, b);
  if ((entry & 0xff) == PARTIAL) entry = lookUpLong(dc, <u32>(b >> 48), 0);
  if (!entry) return BAD;
  let drop = <i32>(entry & 0x7f);
  let difference = <i32>entry >> 16;
  if (entry & PARTIAL) {
    const size = difference;
    difference = size ? take(b << <u64>drop, size) : 0;
    drop += size;
  }
  setBits(b << <u64>drop, n - drop, from);
  const prediction = load<i32>(component + PREDICTION) + difference;
  store<i32>(component + PREDICTION, prediction);
  return prediction;
}
