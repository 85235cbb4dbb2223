// What every block begins with and consists of: the next symbol, more bits, and the value behind a symbol.

import { extend } from "./huffman";
import { LOOKUP_BITS } from "../memory";

/** The prediction after a block that could not be read: far from any that can. */
export const BAD: i32 = 0x7fffffff;

// @ts-ignore: decorator
@inline export function lookUp(table: usize, next: u64): u32 {
  return load<u32>(table + (<usize>(next >> (64 - LOOKUP_BITS)) << 2));
}

// @ts-ignore: decorator
@inline export function next32(from: usize): u64 {
  return <u64>bswap<u32>(load<u32>(from));
}

// @ts-ignore: decorator
@inline export function take(from: u64, size: i32): i32 {
  return extend(<i32>(from >> <u64>(64 - size)), size);
}
