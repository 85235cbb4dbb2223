// The prefix codes of WebP's lossless format, read and checked as RFC 9649, section 3.7.2.1, describes them.

import type { BitReader } from "./bit-reader.ts";

/** A canonical code: how many symbols have each length, and the symbols in the order of their codes. */
export type PrefixCode = { counts: Uint16Array; symbols: Uint16Array };

const MAX_LENGTH = 15;

/** RFC 9649, section 3.7.2.1.2: the order in which the lengths of the code for code lengths are stored. */
const CODE_LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** Symbols 16 to 18 repeat a length: the bits that say how often, and the number that is added to them. */
const REPEATS = [
  { bits: 2, base: 3 },
  { bits: 3, base: 3 },
  { bits: 7, base: 11 },
];

/** Undefined unless the code is complete: every sequence of bits means a symbol, or there is only one symbol. */
export function readPrefixCode(bits: BitReader, alphabetSize: number): PrefixCode | undefined {
  const lengths = bits.read(1) === 1 ? readSimpleLengths(bits, alphabetSize) : readLengths(bits, alphabetSize);
  return lengths && !bits.isPastEnd() ? toPrefixCode(lengths) : undefined;
}

/** The code must be one that `readPrefixCode` gave. A code of a single symbol takes no bits. */
export function readSymbol(bits: BitReader, { counts, symbols }: PrefixCode): number {
  if (symbols.length === 1) return symbols[0];
  let [code, first, index] = [0, 0, 0];
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code |= bits.read(1);
    const count = counts[length];
    if (code - first < count) return symbols[index + code - first];
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw new Error("a complete prefix code has a symbol for all bits");
}

/** One or two symbols, named outright. */
function readSimpleLengths(bits: BitReader, alphabetSize: number): Uint8Array | undefined {
  const isPair = bits.read(1) === 1;
  const symbols = [bits.read(bits.read(1) === 1 ? 8 : 1)];
  if (isPair) symbols.push(bits.read(8));
  if (symbols.some((symbol) => symbol >= alphabetSize)) return undefined;
  const lengths = new Uint8Array(alphabetSize);
  for (const symbol of symbols) lengths[symbol] = 1;
  return lengths;
}

function readLengths(bits: BitReader, alphabetSize: number): Uint8Array | undefined {
  const lengthLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  const stored = 4 + bits.read(4);
  for (const symbol of CODE_LENGTH_ORDER.slice(0, stored)) lengthLengths[symbol] = bits.read(3);
  const lengthCode = toPrefixCode(lengthLengths);
  if (!lengthCode) return undefined;

  let tokens = alphabetSize;
  if (bits.read(1) === 1) tokens = 2 + bits.read(2 + 2 * bits.read(3));
  if (tokens > alphabetSize) return undefined;

  const lengths = new Uint8Array(alphabetSize);
  let previous = 8;
  for (let symbol = 0; symbol < alphabetSize && tokens > 0 && !bits.isPastEnd(); tokens--) {
    const token = readSymbol(bits, lengthCode);
    if (token < 16) {
      lengths[symbol++] = token;
      if (token > 0) previous = token;
      continue;
    }
    const { bits: repeatBits, base } = REPEATS[token - 16];
    const end = symbol + base + bits.read(repeatBits);
    if (end > alphabetSize) return undefined;
    lengths.fill(token === 16 ? previous : 0, symbol, end);
    symbol = end;
  }
  return lengths;
}

function toPrefixCode(lengths: Uint8Array): PrefixCode | undefined {
  const counts = new Uint16Array(MAX_LENGTH + 1);
  for (const length of lengths) if (length > 0) counts[length]++;
  const offsets = new Uint16Array(MAX_LENGTH + 2);
  let codesLeft = 1;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    codesLeft = codesLeft * 2 - counts[length];
    if (codesLeft < 0) return undefined;
    offsets[length + 1] = offsets[length] + counts[length];
  }
  const used = offsets[MAX_LENGTH + 1];
  if (used === 0 || (used > 1 && codesLeft > 0)) return undefined;
  const symbols = new Uint16Array(used);
  for (const [symbol, length] of lengths.entries()) if (length > 0) symbols[offsets[length]++] = symbol;
  return { counts, symbols };
}
