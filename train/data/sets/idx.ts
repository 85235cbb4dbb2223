// The IDX format of the MNIST files (yann.lecun.com/exdb/mnist): a magic number, big-endian dimensions, unsigned bytes.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";

/** `values` has dimensions[0] x dimensions[1] x ... bytes in row-major order; it views the bytes it was read from. */
export type Idx = { dimensions: number[]; values: Uint8Array<ArrayBuffer> };

const UNSIGNED_BYTE = 0x08;
/** Far above any set in this format (EMNIST has 814,255 images of 784 bytes), and below what one buffer holds. */
const MAX_VALUES = 1024 * 1024 * 1024;

/** Reads uncompressed IDX; `name` is the file's, for the failure's sentence. */
export function parseIdx(bytes: Uint8Array<ArrayBuffer>, name: string): Result<Idx, Failure<"idx_invalid">> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) return fail("idx_invalid", `${name}: ends at offset ${bytes.length}, inside the magic number`);
  if (view.getUint16(0) !== 0) return fail("idx_invalid", `${name}: offset 0: an IDX file begins with two zero bytes`);
  if (bytes[2] !== UNSIGNED_BYTE) {
    return fail(
      "idx_invalid",
      `${name}: offset 2: element type 0x${bytes[2].toString(16)}, expected 0x8, unsigned byte`,
    );
  }
  const rank = bytes[3];
  if (rank < 1 || rank > 4) return fail("idx_invalid", `${name}: offset 3: ${rank} dimensions, expected 1 to 4`);
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    return fail("idx_invalid", `${name}: ends at offset ${bytes.length}, inside the dimensions`);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (count > MAX_VALUES)
    return fail("idx_invalid", `${name}: offset 4: the dimensions ${dimensions.join(" x ")} are too large`);
  if (bytes.length !== start + count) {
    const what = bytes.length < start + count ? "ends" : "goes on";
    const at = Math.min(bytes.length, start + count);
    return fail(
      "idx_invalid",
      `${name}: ${what} at offset ${at}; ${dimensions.join(" x ")} bytes of data end at ${start + count}`,
    );
  }
  return ok({ dimensions, values: bytes.subarray(start) });
}
