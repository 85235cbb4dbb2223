// Blocks of a sequential scan (ITU T.81, F.2.2): the DC prediction, and the coefficients that are wanted at this scale.

import { END, extend, lookUpLong, PARTIAL } from "./huffman";
import { at, bits, count, setBits } from "./input";
import {
  AC_TABLE,
  BLOCK,
  COEFFICIENTS,
  DC_TABLE,
  LOOKUP_BITS,
  NOT_STORED,
  PLACES,
  PREDICTION,
  SKIP_BITS,
  SKIP_TABLE,
  SLOTS,
} from "../memory";

/** The prediction after a block that could not be read: far from any that can. */
export const BAD: i32 = 0x7fffffff;

// @ts-ignore: decorator
@inline function lookUp(table: usize, next: u64): u32 {
  return load<u32>(table + (<usize>(next >> (64 - LOOKUP_BITS)) << 2));
}

// @ts-ignore: decorator
@inline function next32(from: usize): u64 {
  return <u64>bswap<u32>(load<u32>(from));
}

// @ts-ignore: decorator
@inline function take(from: u64, size: i32): i32 {
  return extend(<i32>(from >> <u64>(64 - size)), size);
}

/** Reads a block and keeps nothing but its DC coefficient, which it gives. */
export function readDcOnly(component: usize): i32 {
  const dc = load<usize>(component + DC_TABLE);
  const ac = load<usize>(component + AC_TABLE);
  const skips = load<usize>(component + SKIP_TABLE);
  let b = bits;
  let n = count;
  let from = at;

  if (n <= 32) {
    b |= next32(from) << <u64>(32 - n);
    from += 4;
    n += 32;
  }
  let entry = lookUp(dc, b);
  let prediction = load<i32>(component + PREDICTION);
  if (entry & PARTIAL) {
    if (!(entry & 0x7f)) entry = lookUpLong(dc, <u32>(b >> 48), 0);
    if (!entry) return BAD;
    const length = <i32>(entry & 0x7f);
    const size = <i32>(entry >> 16);
    b <<= <u64>length;
    if (size) prediction += take(b, size);
    b <<= <u64>size;
    n -= length + size;
  } else {
    prediction += <i32>entry >> 16;
    b <<= <u64>(entry & 0x7f);
    n -= <i32>(entry & 0x7f);
  }
  store<i32>(component + PREDICTION, prediction);

  let k: i32 = 1;
  do {
    if (n <= 32) {
      b |= next32(from) << <u64>(32 - n);
      from += 4;
      n += 32;
    }
    const skip = <i32>load<u16>(skips + (<usize>(b >> (64 - SKIP_BITS)) << 1));
    const gone = (skip >> 6) & 127;
    if (skip && k + gone + (skip >> 13) <= 64) {
      b <<= <u64>(skip & 63);
      n -= skip & 63;
      k += gone;
      if (skip >> 13) break;
      continue;
    }
    entry = lookUp(ac, b);
    let drop = <i32>(entry & 0x7f);
    if (entry & PARTIAL) {
      if (!drop) {
        entry = lookUpLong(ac, <u32>(b >> 48), 1);
        if (!entry) return BAD;
        drop = <i32>(entry & 0x7f);
      }
      drop += <i32>(entry >> 16);
    }
    b <<= <u64>drop;
    n -= drop;
    const run = (entry >> 8) & 0xff;
    if (run & END) break;
    k += <i32>run + 1;
  } while (k < 64);
  setBits(b, n, from);
  return k > 64 ? BAD : prediction;
}

/** Whether the last block that was read has other coefficients than its DC. */
export let hasAc: bool = false;

/** Reads a block into BLOCK, dequantised, but for its DC coefficient, which it gives. */
export function readBlock(component: usize): i32 {
  const dc = load<usize>(component + DC_TABLE);
  const ac = load<usize>(component + AC_TABLE);
  let b = bits;
  let n = count;
  let from = at;

  if (n <= 32) {
    b |= next32(from) << <u64>(32 - n);
    from += 4;
    n += 32;
  }
  let entry = lookUp(dc, b);
  let prediction = load<i32>(component + PREDICTION);
  if (entry & PARTIAL) {
    if (!(entry & 0x7f)) entry = lookUpLong(dc, <u32>(b >> 48), 0);
    if (!entry) return BAD;
    const length = <i32>(entry & 0x7f);
    const size = <i32>(entry >> 16);
    b <<= <u64>length;
    if (size) prediction += take(b, size);
    b <<= <u64>size;
    n -= length + size;
  } else {
    prediction += <i32>entry >> 16;
    b <<= <u64>(entry & 0x7f);
    n -= <i32>(entry & 0x7f);
  }
  store<i32>(component + PREDICTION, prediction);

  let k: i32 = 1;
  do {
    if (n <= 32) {
      b |= next32(from) << <u64>(32 - n);
      from += 4;
      n += 32;
    }
    entry = lookUp(ac, b);
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
    const place = load<u32>(component + PLACES + (<usize>k << 2));
    store<i32>(BLOCK + <usize>(place & 0xffff), value * <i32>(place >> 16));
    k++;
  } while (k < 64);
  setBits(b, n, from);
  hasAc = k > 1;
  return k > 64 ? BAD : prediction;
}

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
