// The next bits of the compressed data, which comes piece by piece.

import { RAW } from "./memory";

/** Lowest bit first, and how many there are; below 0 where more have been taken than there were. */
export let bits: u64 = 0;
export let count: i32 = 0;
/** Whether no more pieces come. */
export let isLast: bool = false;
let at: usize = RAW;
let end: usize = RAW;

export function openBits(): void {
  bits = 0;
  count = 0;
  isLast = false;
  at = RAW;
  end = RAW;
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

/** Whether so many bytes are not there yet and are to come. */
// @ts-ignore: decorator
@inline export function lacks(bytes: usize): bool {
  return at + bytes > end && !isLast;
}

// @ts-ignore: decorator
@inline export function refill(): void {
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
@inline export function take(size: i32): i32 {
  const value = <i32>(bits & ((<u64>1 << <u64>size) - 1));
  bits >>= <u64>size;
  count -= size;
  return value;
}

/** Copies bytes that begin at a whole one, at most so many, and gives how many they were; none where none are there. */
export function copyBytes(to: usize, most: usize): usize {
  if (count > 0) {
    store<u8>(to, <u8>take(8));
    // What a refill has read ahead is not whole any more once bits are dropped bytewise.
    if (count == 0) bits = 0;
    return 1;
  }
  const length = min(most, end - at);
  memory.copy(to, at, length);
  at += length;
  return length;
}
