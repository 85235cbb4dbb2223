// How many bytes a DEFLATE stream (RFC 1951) holds, found without inflating it: only the lengths are decoded, and nothing
// is stored. workerd's DecompressionStream takes all it is given before any of its output is read, so that five
// megabytes of compressed zeros cost five gigabytes; what has been measured first costs what was measured.

import { createPrefixCode, FAST_BITS, MAX_CODE_BITS, type PrefixCode } from "./prefix-code.ts";
import { fail, ok, type Failure, type Result } from "../result.ts";

/** `inflatedBytes` is what the stream becomes; `end` is where in `bytes` the next thing begins. */
export type DeflateMeasure = { inflatedBytes: number; end: number };

/** Of symbols 257 to 285 (RFC 1951, 3.2.5): the shortest length, and how many bits say how much longer. */
const LENGTHS = Uint16Array.from([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const LENGTH_BITS = Uint8Array.from([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const CODE_LENGTH_ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

const END_OF_BLOCK = 256;
const DISTANCES = 30;

/**
 * A block with codes of its own takes ten bytes and some microseconds; encoders fill blocks with kilobytes. So many may
 * come as they like, and more only if they hold this much each on average.
 */
const FREE_BLOCKS = 4096;
const BYTES_A_BLOCK = 64;

const fixedLiterals = createPrefixCode(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const fixedDistances = createPrefixCode(new Uint8Array(DISTANCES).fill(5));

/** Stops as soon as the stream is known to hold more than `maxBytes`. Its window and checksums are left to whoever inflates it. */
export function measureDeflate(
  bytes: Uint8Array,
  begin: number,
  maxBytes: number,
): Result<DeflateMeasure, Failure<"corrupt" | "too_many_bytes">> {
  const bits = { bytes, at: begin, hold: 0, held: 0 };
  let inflatedBytes = 0;
  let blocks = 0;
  for (let last = 0; last === 0;) {
    last = take(bits, 1);
    const type = take(bits, 2);
    const length =
      type === 0
        ? skipStored(bits)
        : type === 1
          ? measureBlock(bits, fixedLiterals, fixedDistances, maxBytes - inflatedBytes)
          : type === 2
            ? measureDynamicBlock(bits, maxBytes - inflatedBytes)
            : -1;
    if (length < 0 || bits.held < 0) return fail("corrupt", "the compressed data is damaged or ends early");
    inflatedBytes += length;
    if (inflatedBytes > maxBytes) return fail("too_many_bytes", "the compressed data holds more than is accepted");
    if (++blocks > FREE_BLOCKS + inflatedBytes / BYTES_A_BLOCK) {
      return fail("corrupt", "the compressed data is cut into more blocks than is accepted");
    }
  }
  return ok({ inflatedBytes, end: bits.at - (bits.held >> 3) });
}

/** `hold` has the next `held` bits, the next one lowest; `held` below zero says that more were taken than there are. */
type Bits = { bytes: Uint8Array; at: number; hold: number; held: number };

/** Up to 13 bits. */
function take(bits: Bits, count: number): number {
  while (bits.held <= 24 && bits.at < bits.bytes.length) {
    bits.hold |= bits.bytes[bits.at++] << bits.held;
    bits.held += 8;
  }
  const value = bits.hold & ((1 << count) - 1);
  bits.hold >>>= count;
  bits.held -= count;
  return value;
}

/** The next symbol, or -1 for bits that no code begins with. */
function takeSymbol(bits: Bits, { fast, counts, symbols }: PrefixCode): number {
  take(bits, 0);
  const entry = fast[bits.hold & ((1 << FAST_BITS) - 1)];
  if (entry !== 0) {
    bits.hold >>>= entry & 15;
    bits.held -= entry & 15;
    return entry >> 4;
  }
  let [code, first, index] = [0, 0, 0];
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code |= take(bits, 1);
    const count = counts[length];
    if (code - count < first) return symbols[index + code - first];
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return -1;
}

/** The length of a stored block, which begins at a whole byte, or -1. */
function skipStored(bits: Bits): number {
  const { bytes } = bits;
  const at = bits.at - (bits.held >> 3);
  if (bits.held < 0 || at + 4 > bytes.length) return -1;
  const length = bytes[at] | (bytes[at + 1] << 8);
  if ((length ^ 0xffff) !== (bytes[at + 2] | (bytes[at + 3] << 8))) return -1;
  bits.at = at + 4 + length;
  [bits.hold, bits.held] = [0, 0];
  return bits.at > bytes.length ? -1 : length;
}

function measureDynamicBlock(bits: Bits, maxBytes: number): number {
  const literals = take(bits, 5) + 257;
  const all = new Uint8Array(literals + take(bits, 5) + 1);
  const lengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  const count = take(bits, 4) + 4;
  for (let i = 0; i < count; i++) lengths[CODE_LENGTH_ORDER[i]] = take(bits, 3);
  const code = createPrefixCode(lengths);
  for (let i = 0; i < all.length;) {
    const symbol = takeSymbol(bits, code);
    if (symbol < 0 || bits.held < 0) return -1;
    if (symbol < 16) {
      all[i++] = symbol;
      continue;
    }
    const repeat = symbol === 16 ? 3 + take(bits, 2) : symbol === 17 ? 3 + take(bits, 3) : 11 + take(bits, 7);
    if (i + repeat > all.length || (symbol === 16 && i === 0)) return -1;
    if (symbol === 16) all.fill(all[i - 1], i, i + repeat);
    i += repeat;
  }
  return measureBlock(
    bits,
    createPrefixCode(all.subarray(0, literals)),
    createPrefixCode(all.subarray(literals)),
    maxBytes,
  );
}

/** What a block's symbols become, counted until it is more than `maxBytes`; -1 if they make no sense. */
function measureBlock(bits: Bits, literals: PrefixCode, distances: PrefixCode, maxBytes: number): number {
  for (let length = 0; ;) {
    if (length > maxBytes) return length;
    const symbol = takeSymbol(bits, literals);
    if (symbol === END_OF_BLOCK) return length;
    if (symbol < 0 || bits.held < 0) return -1;
    if (symbol < END_OF_BLOCK) {
      length++;
      continue;
    }
    const index = symbol - END_OF_BLOCK - 1;
    if (index >= LENGTHS.length) return -1;
    length += LENGTHS[index] + take(bits, LENGTH_BITS[index]);
    const distance = takeSymbol(bits, distances);
    if (distance < 0 || distance >= DISTANCES) return -1;
    take(bits, Math.max(0, (distance >> 1) - 1));
  }
}
