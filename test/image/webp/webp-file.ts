// Writes WebPs chunk by chunk and lossless pictures bit by bit, valid or broken as a test needs them.

import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";

const uint32 = (value: number) => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
const uint24 = (value: number) => [value & 255, (value >> 8) & 255, value >> 16];

/** With padding where the data's length is odd. */
export function riffChunk(type: string, data: Iterable<number> = []): Uint8Array {
  const bytes = Uint8Array.from(data);
  return concatBytes([toUtf8(type), uint32(bytes.length), bytes, new Uint8Array(bytes.length % 2)]);
}

export const webp = (...chunks: Uint8Array[]) => riffChunk("RIFF", concatBytes([toUtf8("WEBP"), ...chunks]));

export const vp8x = (width: number, height: number, flags = 0) =>
  riffChunk("VP8X", [flags, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1)]);

/** Data of the first chunk of a type. */
export function riffData(file: Uint8Array, type: string): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let offset = 12; offset < file.length;) {
    const length = view.getUint32(offset + 4, true);
    const data = file.subarray(offset + 8, offset + 8 + length);
    if (toUtf8(type).every((byte, i) => file[offset + i] === byte)) return data;
    offset += 8 + length + (length % 2);
  }
  throw new Error(`no ${type} in the file`);
}

/** A number and how many bits of it are written, lowest first. */
export type Bits = [value: number, count: number];

export function packBits(bits: readonly Bits[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.reduce((sum, [, count]) => sum + count, 0) / 8));
  let position = 0;
  for (const [value, count] of bits) {
    for (let bit = 0; bit < count; bit++, position++) bytes[position >> 3] |= ((value >> bit) & 1) << (position & 7);
  }
  return bytes;
}

/** A VP8L chunk without alpha: the header and then whatever is given. */
export const losslessChunk = (width: number, height: number, ...bits: Bits[]) =>
  riffChunk("VP8L", packBits([[0x2f, 8], [width - 1, 14], [height - 1, 14], [0, 1], [0, 3], ...bits]));

/** A prefix code of one symbol below 256. */
export const oneSymbol = (symbol: number): Bits[] => [
  [0b101, 3],
  [symbol, 8],
];

/** The lengths of a prefix code's first symbols, each from 0 to 7; all others have none. */
export function symbolLengths(...lengths: number[]): Bits[] {
  // The eight lengths get codes of three bits, which are stored with their highest bit first.
  const reversed = (value: number) => ((value & 1) << 2) | (value & 2) | (value >> 2);
  const order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7];
  return [
    [0, 1],
    [order.length - 4, 4],
    ...order.map((length): Bits => [length < 8 ? 3 : 0, 3]),
    [1, 1],
    [3, 3],
    [lengths.length - 2, 8],
    ...lengths.map((length): Bits => [reversed(length), 3]),
  ];
}
