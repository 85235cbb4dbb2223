// Damage to bytes that knows nothing of what they mean.

import { concatBytes } from "../../../src/base/bytes.ts";
import type { Chance } from "./chance.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Lengths, sizes and counts at which code tends to break. */
const EDGES = [0, 1, 2, 4, 7, 8, 16, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 0x7fff_ffff, 0xffff_ffff];

const LARGEST_INSERTION = 64;

const MUTATIONS: ((bytes: Bytes, at: number, chance: Chance) => Bytes)[] = [
  (bytes, at, chance) => bytes.with(at, bytes[at] ^ (1 << chance.below(8))),
  (bytes, at, chance) => bytes.with(at, chance.oneOf([0, 1, 0x7f, 0x80, 0xff, chance.below(256)])),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at, chance) => cut(bytes, at, chance.below(LARGEST_INSERTION)),
  (bytes, at, chance) => insert(bytes, at, chance.bytes(chance.below(LARGEST_INSERTION))),
  (bytes, at, chance) => insert(bytes, at, bytes.slice(at, at + chance.below(LARGEST_INSERTION))),
  (bytes, at, chance) => bytes.fill(chance.oneOf([0, 0xff]), at, at + chance.below(LARGEST_INSERTION)),
  (bytes, at, chance) => bytes.copyWithin(at, chance.below(bytes.length), chance.below(bytes.length)),
  (bytes, at, chance) => writeEdge(bytes, at, chance),
];

/** One to four mutations of a copy. */
export function mutateBytes(original: Uint8Array, chance: Chance): Bytes {
  let bytes = Uint8Array.from(original);
  for (let left = 1 + chance.below(4); left > 0 && bytes.length > 0; left--) {
    bytes = chance.oneOf(MUTATIONS)(bytes, chance.below(bytes.length), chance);
  }
  return bytes;
}

/** The beginning of one and the end of another. */
export function splice(a: Uint8Array, b: Uint8Array, chance: Chance): Bytes {
  return concatBytes([a.subarray(0, chance.below(a.length + 1)), b.subarray(chance.below(b.length + 1))]);
}

const cut = (bytes: Bytes, at: number, length: number): Bytes =>
  concatBytes([bytes.subarray(0, at), bytes.subarray(at + length)]);

const insert = (bytes: Bytes, at: number, inserted: Bytes): Bytes =>
  concatBytes([bytes.subarray(0, at), inserted, bytes.subarray(at)]);

function writeEdge(bytes: Bytes, at: number, chance: Chance): Bytes {
  const length = chance.oneOf([2, 4]);
  if (at + length > bytes.length) return bytes;
  const view = new DataView(bytes.buffer);
  const isLittleEndian = chance.once(2);
  if (length === 2) view.setUint16(at, chance.oneOf(EDGES), isLittleEndian);
  else view.setUint32(at, chance.oneOf(EDGES), isLittleEndian);
  return bytes;
}
