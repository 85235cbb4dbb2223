// Blocks of a sequential scan (ITU T.81, F.2.2) that are transformed at once: the DC prediction, and the coefficients that
// are wanted at this scale.

import { END, lookUpLong, PARTIAL } from "./huffman";
import { at, bits, count, setBits } from "./input";
import { BAD, lookUp, next32, take } from "./symbols";
import { AC_TABLE, BLOCK, DC_TABLE, PLACES, PREDICTION, SKIP_BITS, SKIP_TABLE } from "../memory";

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
