// Entropy-coded bytes on their way to the bit buffer: stuffed zeros are taken out, markers end a segment, and whatever
// is left over of a segment is counted.

import { CLEAN, MCU_BYTES, RAW } from "../memory";

/** What the decoder asks of its host, or tells it. */
export const DONE: i32 = 0;
export const MORE: i32 = 1;
export const STRIP: i32 = 2;
export const CORRUPT: i32 = 3;

/** The next bits, leftmost first, how many of them there are, and where the ones behind them stand. */
export let bits: u64 = 0;
export let count: i32 = 0;
export let at: usize = CLEAN;

let cleanEnd: usize = CLEAN;
let rawAt: usize = RAW;
let rawEnd: usize = RAW;

/** The marker that ended the segment, or 0 while none has. */
let marker: u32 = 0;

/** Whole bytes of a segment that nothing has read, and all of their bits together. */
let isDraining: bool = false;
let unread: i32 = 0;
let unreadBits: u32 = 0;

export function setBits(newBits: u64, newCount: i32, newAt: usize): void {
  bits = newBits;
  count = newCount;
  at = newAt;
}

/** The host has written this many bytes at RAW, beginning with what was not consumed. */
export function supply(bytes: i32): void {
  rawAt = RAW;
  rawEnd = RAW + <usize>bytes;
}

export function consumed(): i32 {
  return <i32>(rawAt - RAW);
}

export function unreadBytes(): i32 {
  return unread;
}

export function unreadAreZero(): bool {
  return unreadBits == 0;
}

export function openInput(): void {
  rawAt = RAW;
  rawEnd = RAW;
  openSegment();
}

function openSegment(): void {
  bits = 0;
  count = 0;
  at = CLEAN;
  cleanEnd = CLEAN;
  marker = 0;
  isDraining = false;
  unread = 0;
  unreadBits = 0;
}

/** Whether a whole MCU can be read: DONE, MORE, or CORRUPT when the segment has been read past its end. */
// @ts-ignore: decorator
@inline export function ready(): i32 {
  return at + MCU_BYTES <= cleanEnd ? DONE : fill();
}

function fill(): i32 {
  if (marker == 0) {
    // Refills read four bytes at a time, so `at` may have passed bytes that are not there yet only at a segment's end.
    const left = cleanEnd > at ? cleanEnd - at : 0;
    memory.copy(CLEAN, at, left);
    at = CLEAN;
    cleanEnd = CLEAN + left;
    unstuff();
    if (marker == 0 && at + MCU_BYTES > cleanEnd) return MORE;
  }
  return <i64>at * 8 - <i64>count > <i64>cleanEnd * 8 ? CORRUPT : DONE;
}

/** All of RAW goes over, or as much as stands before a marker; its last byte stays when it could begin one. */
function unstuff(): void {
  let from = rawAt;
  let to = cleanEnd;
  const end = rawEnd;
  const ones = i8x16.splat(-1);
  while (from < end) {
    if (from + 16 <= end) {
      const chunk = v128.load(from);
      const stuffed = i8x16.bitmask(i8x16.eq(chunk, ones));
      v128.store(to, chunk);
      const plain = stuffed ? <usize>ctz(stuffed) : 16;
      from += plain;
      to += plain;
      if (!stuffed) continue;
    } else if (load<u8>(from) != 0xff) {
      store<u8>(to++, load<u8>(from++));
      continue;
    }
    if (from + 1 >= end) break;
    const next = <u32>load<u8>(from + 1);
    if (next == 0) {
      store<u8>(to++, 0xff);
      from += 2;
    } else if (next == 0xff) {
      from++;
    } else {
      marker = next;
      break;
    }
  }
  rawAt = from;
  cleanEnd = to;
}

/** Reads on to the marker that ends the segment: DONE, MORE or, where more was read than there is, CORRUPT. */
export function drain(): i32 {
  if (!isDraining) {
    isDraining = true;
    const whole = at - <usize>(count >> 3);
    if (marker != 0 && whole > cleanEnd) return CORRUPT;
    at = whole;
    count = 0;
    bits = 0;
  }
  countUnread();
  while (marker == 0) {
    at = CLEAN;
    cleanEnd = CLEAN;
    const before = rawAt;
    unstuff();
    if (marker == 0 && rawAt == before) return MORE;
    countUnread();
  }
  return DONE;
}

function countUnread(): void {
  for (; at < cleanEnd; at++) {
    if (unread < 0x3fffffff) unread++;
    unreadBits |= <u32>load<u8>(at);
  }
}

/** To the next segment, behind the restart marker that is due. */
export function restart(due: u32, maxUnread: i32): i32 {
  const drained = drain();
  if (drained != DONE) return drained;
  if (unread > maxUnread || marker != 0xd0 + (due & 7)) return CORRUPT;
  rawAt += 2;
  openSegment();
  return DONE;
}
