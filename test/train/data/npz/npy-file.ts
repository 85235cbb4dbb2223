// Writes NumPy array files, valid or broken as a test needs them.

import { concatBytes, toUtf8 } from "../../../../src/base/bytes.ts";

/** `descr` and `shape` as Python writes them: "|u1", "(2, 3)". */
export function npy(descr: string, shape: string, data: Iterable<number>, fortranOrder = false, version = 1) {
  const order = fortranOrder ? "True" : "False";
  return npyWithHeader(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`, data, version);
}

export function npyWithHeader(header: string, data: Iterable<number> = [], version = 1): Uint8Array<ArrayBuffer> {
  const text = toUtf8(header);
  const length = Uint8Array.of(text.length & 255, text.length >> 8, 0, 0);
  return concatBytes([
    Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0),
    length.subarray(0, version === 1 ? 2 : 4),
    text,
    Uint8Array.from(data),
  ]);
}
