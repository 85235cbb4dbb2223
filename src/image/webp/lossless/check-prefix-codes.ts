// Reads a losslessly coded picture up to its pixels and checks every prefix code on the way. The decoder is built from
// libwebp 1.1.0, which writes beyond its tables while it builds an incomplete code, before it notices (CVE-2023-4863; the
// tables have room for all complete codes). Nothing that fails here reaches it.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { createBitReader, type BitReader } from "./bit-reader.ts";
import { readPrefixCode, readSymbol, type PrefixCode } from "./prefix-code.ts";

/**
 * Each group takes the decoder up to 20 KB, and a picture can ask for 65,536 of them. Beyond 1,000 libwebp suspects a bad
 * bitstream (vp8l_dec.c, ReadHuffmanCodesHelper); its encoder makes a few hundred at most.
 */
const MAX_GROUPS = 1000;

/** RFC 9649, section 3.7.2.1.2: green with lengths, red, blue, alpha, distances. A colour cache enlarges the first. */
const ALPHABET_SIZES = [256 + 24, 256, 256, 256, 40];
const LITERALS = 256;
const CACHE_BASE = 256 + 24;
const MAX_CACHE_BITS = 11;

/** RFC 9649, section 3.5. */
const SUBTRACT_GREEN = 2;
const COLOUR_INDEXING = 3;

/** `data` begins after the header with the size: the transforms, the colour cache, the codes and then the pixels. */
export function checkPrefixCodes(
  data: Uint8Array,
  { width, height }: { width: number; height: number },
): Result<void, Failure<"corrupt" | "unsupported">> {
  const bits = createBitReader(data);
  const codedWidth = readTransforms(bits, width, height);
  if (codedWidth === undefined) return badCodes;
  const cacheBits = readCacheBits(bits);
  if (cacheBits === undefined) return badCodes;

  let groups = 1;
  if (bits.read(1) === 1) {
    const largest = readImage(bits, toBlocks(bits, codedWidth, height));
    if (largest === undefined) return badCodes;
    groups = largest + 1;
  }
  if (groups > MAX_GROUPS) return fail("unsupported", "the WebP has more groups of prefix codes than are accepted");
  for (let group = 0; group < groups; group++) if (!readGroup(bits, cacheBits)) return badCodes;
  return ok(undefined);
}

const badCodes = fail("corrupt", "the WebP's lossless data is damaged");

/** Width of the coded pixels: a palette of few colours packs several into one. */
function readTransforms(bits: BitReader, width: number, height: number): number | undefined {
  const seen = new Set<number>();
  let codedWidth = width;
  while (bits.read(1) === 1) {
    const type = bits.read(2);
    if (seen.has(type)) return undefined;
    seen.add(type);
    if (type === SUBTRACT_GREEN) continue;
    let pixels: number;
    if (type === COLOUR_INDEXING) {
      pixels = 1 + bits.read(8);
      const packedBits = pixels > 16 ? 0 : pixels > 4 ? 1 : pixels > 2 ? 2 : 3;
      codedWidth = Math.ceil(codedWidth / (1 << packedBits));
    } else pixels = toBlocks(bits, codedWidth, height);
    if (readImage(bits, pixels) === undefined) return undefined;
  }
  return codedWidth;
}

/** How many square blocks cover the picture; their size comes from the stream. */
function toBlocks(bits: BitReader, width: number, height: number): number {
  const side = 1 << (2 + bits.read(3));
  return Math.ceil(width / side) * Math.ceil(height / side);
}

/** Zero without a colour cache. */
function readCacheBits(bits: BitReader): number | undefined {
  if (bits.read(1) === 0) return 0;
  const cacheBits = bits.read(4);
  return cacheBits >= 1 && cacheBits <= MAX_CACHE_BITS ? cacheBits : undefined;
}

function readGroup(bits: BitReader, cacheBits: number): PrefixCode[] | undefined {
  const codes: PrefixCode[] = [];
  for (const [i, size] of ALPHABET_SIZES.entries()) {
    const code = readPrefixCode(bits, i === 0 && cacheBits > 0 ? size + (1 << cacheBits) : size);
    if (!code) return undefined;
    codes.push(code);
  }
  return codes;
}

/**
 * Reads past an image that serves the picture's coding and gives its largest red and green as one number: in the image
 * that assigns groups to blocks, the last group. Copies and the colour cache only repeat what was stored once.
 */
function readImage(bits: BitReader, pixels: number): number | undefined {
  const cacheBits = readCacheBits(bits);
  const codes = cacheBits === undefined ? undefined : readGroup(bits, cacheBits);
  if (!codes) return undefined;
  const [green, red, blue, alpha, distance] = codes;
  let largest = 0;
  let pixel = 0;
  while (pixel < pixels && !bits.isPastEnd()) {
    const symbol = readSymbol(bits, green);
    if (symbol < LITERALS) {
      largest = Math.max(largest, (readSymbol(bits, red) << 8) | symbol);
      readSymbol(bits, blue);
      readSymbol(bits, alpha);
      pixel++;
    } else if (symbol < CACHE_BASE) {
      pixel += readPrefixedValue(bits, symbol - LITERALS);
      readPrefixedValue(bits, readSymbol(bits, distance));
    } else pixel++;
  }
  return pixel === pixels && !bits.isPastEnd() ? largest : undefined;
}

/** RFC 9649, section 3.6.2.2: lengths and distances are a prefix and extra bits. */
function readPrefixedValue(bits: BitReader, prefix: number): number {
  if (prefix < 4) return prefix + 1;
  const extraBits = (prefix - 2) >> 1;
  return ((2 + (prefix & 1)) << extraBits) + bits.read(extraBits) + 1;
}
