// A NumPy array file as numbers in row-major order. What the header declares is held against the bytes that are there
// before anything is allocated.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { parseNpyHeader, type NpyType } from "./npy-header.ts";

/** 64-bit integers come as float64, which holds them exactly: larger ones than that are refused. */
export type NpyValues =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** `values` has shape[0] x shape[1] x ... numbers in C order, whatever order the file has; booleans are 0 and 1. */
export type Npy = { shape: number[]; values: NpyValues };

type Reader = {
  bytes: number;
  allocate: (count: number) => NpyValues;
  read: (view: DataView, at: number, littleEndian: boolean) => number;
};

const READERS: Record<NpyType, Reader> = {
  b1: { bytes: 1, allocate: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, allocate: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, allocate: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, allocate: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (v, at, little) => Number(v.getBigUint64(at, little)) },
  i1: { bytes: 1, allocate: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, allocate: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, allocate: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (v, at, little) => Number(v.getBigInt64(at, little)) },
  f4: { bytes: 4, allocate: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
};

/** Bytes in C order are a view of `bytes`; anything else is copied. `name` is for the failure's sentence. */
export function parseNpy(bytes: Uint8Array<ArrayBuffer>, name: string): Result<Npy, Failure<"npy_invalid">> {
  const header = parseNpyHeader(bytes, name);
  if (!header.ok) return header;
  const { type, littleEndian, fortranOrder, shape, dataStart } = header.value;
  const reader = READERS[type];
  const count = shape.reduce((product, length) => product * length, 1);
  const end = dataStart + count * reader.bytes;
  if (bytes.length !== end) {
    const what = bytes.length < end ? "ends" : "goes on";
    return fail(
      "npy_invalid",
      `${name}: ${what} at offset ${Math.min(bytes.length, end)}; the data of shape (${shape.join(", ")}) end at ${end}`,
    );
  }
  if (type === "u1" && (!fortranOrder || shape.length < 2)) return ok({ shape, values: bytes.subarray(dataStart) });

  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart, count * reader.bytes);
  const nextTarget = fortranOrder ? walkInFortranOrder(shape) : undefined;
  const values = reader.allocate(count);
  for (let i = 0; i < count; i++) {
    const value = reader.read(view, i * reader.bytes, littleEndian);
    const refused =
      (type === "b1" && value > 1 && "a boolean that is neither 0 nor 1") ||
      ((type === "i8" || type === "u8") && !Number.isSafeInteger(value) && "an integer beyond 2^53");
    if (refused) return fail("npy_invalid", `${name}: offset ${dataStart + i * reader.bytes}: ${refused}`);
    values[nextTarget ? nextTarget() : i] = value;
  }
  return ok({ shape, values });
}

/** Gives, call by call, where the values of a file in Fortran order stand in C order. */
function walkInFortranOrder(shape: readonly number[]): () => number {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const position = shape.map(() => 0);
  let next = 0;
  return () => {
    const target = next;
    for (let axis = 0; axis < shape.length; axis++) {
      next += strides[axis];
      if (++position[axis] < shape[axis]) break;
      next -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
    return target;
  };
}
