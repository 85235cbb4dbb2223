// Requests as bytes: a JSON object and the binary data behind it.

import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";

export type PostedBytes = { body: Uint8Array<ArrayBuffer>; headerBytes: number };

export function requestBytes(json: unknown, ...binary: (Uint8Array | number[])[]): PostedBytes {
  const header = toUtf8(JSON.stringify(json));
  return { body: concatBytes([header, ...binary.map((data) => Uint8Array.from(data))]), headerBytes: header.length };
}

/** A length in four little-endian bytes, and then the bytes. */
export const element = (...bytes: number[]): number[] => [bytes.length, 0, 0, 0, ...bytes];
