// Writes PNGs chunk by chunk, valid or broken as a test needs them.

import { crc32, deflateSync } from "node:zlib";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const uint32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

export function chunk(type: string, data: Iterable<number> = []): Uint8Array {
  const typed = concatBytes([toUtf8(type), Uint8Array.from(data)]);
  return concatBytes([uint32(typed.length - 4), typed, uint32(crc32(typed))]);
}

export type Ihdr = { width: number; height: number; bitDepth: number; colourType: number; interlace?: number };

export const ihdr = ({ width, height, bitDepth, colourType, interlace = 0 }: Ihdr) =>
  chunk("IHDR", [...uint32(width), ...uint32(height), bitDepth, colourType, 0, 0, interlace]);

/** Scanlines as they stand in the file: each begins with its filter type. */
export const idat = (scanlines: Uint8Array | number[]) => chunk("IDAT", deflateSync(Uint8Array.from(scanlines)));

export const iend = chunk("IEND");

export const png = (header: Ihdr, ...chunks: Uint8Array[]) =>
  concatBytes([PNG_SIGNATURE, ihdr(header), ...chunks, iend]);
