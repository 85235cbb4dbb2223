// The header of a NumPy array file (NEP 1, and numpy.lib.format for versions 2 and 3): a Python dictionary in text.
// Nothing is evaluated: three known keys, each once, each with the one kind of value it may have.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { fromUtf8 } from "../../../src/base/bytes.ts";

export type NpyType = "b1" | "u1" | "u2" | "u4" | "u8" | "i1" | "i2" | "i4" | "i8" | "f4" | "f8";

export type NpyHeader = {
  type: NpyType;
  littleEndian: boolean;
  /** The first axis varies fastest; in C order the last one does. */
  fortranOrder: boolean;
  shape: number[];
  /** Offset of the first value. */
  dataStart: number;
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit on what it parses, `max_header_size`. */
const MAX_HEADER_BYTES = 10_000;
/** NumPy's own limit before version 2, `NPY_MAXDIMS`. */
const MAX_RANK = 32;

const ENTRY = /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^']*)'|(True|False)|\(([^()]*)\))\s*(?:,|(?=\}))/y;
const CLOSING = /\s*\}\s*$/y;
/** `|` says that byte order does not apply, which is so for single bytes alone. */
const TYPE = /^(?:[<>|]([bui]1)|([<>])([ui][248]|f[48]))$/;
/** A tuple of whole numbers; one element needs its comma, as in Python. */
const SHAPE = /^\s*(?:|\d+\s*,\s*|\d+(?:\s*,\s*\d+)+\s*,?\s*)$/;

/** `name` is the file's or entry's, for the failure's sentence. */
export function parseNpyHeader(bytes: Uint8Array, name: string): Result<NpyHeader, Failure<"npy_invalid">> {
  const invalid = (offset: number, what: string) => fail("npy_invalid", `${name}: offset ${offset}: ${what}`);
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) return invalid(0, "not a NumPy array");
  if (bytes.length < 12) return invalid(bytes.length, "ends inside the magic number, version or header length");
  const version = bytes[6];
  if (version < 1 || version > 3 || bytes[7] !== 0) return invalid(6, `format version ${version}.${bytes[7]}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textStart = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) return invalid(8, `a header of ${length} bytes, more than ${MAX_HEADER_BYTES}`);
  const dataStart = textStart + length;
  if (bytes.length < dataStart) return invalid(bytes.length, `ends inside the header, which goes to ${dataStart}`);

  const entries = parseEntries(fromUtf8(bytes.subarray(textStart, dataStart)) ?? "");
  if (!entries) return invalid(textStart, "a header that is not the dictionary of descr, fortran_order and shape");
  const type = TYPE.exec(entries.descr);
  if (!type)
    return invalid(textStart, "an element type that is not read here (bool, integers, float32 and float64 are)");
  const shape = SHAPE.test(entries.shape) ? (entries.shape.match(/\d+/g) ?? []).map(Number) : undefined;
  if (!shape || shape.length > MAX_RANK) return invalid(textStart, "a shape that is not a tuple of whole numbers");
  const count = shape.reduce((product, side) => product * Math.max(1, side), 1);
  if (!Number.isSafeInteger(count)) return invalid(textStart, "a shape that is too large");
  return ok({
    type: (type[1] ?? type[3]) as NpyType,
    littleEndian: type[2] !== ">",
    fortranOrder: entries.order === "True",
    shape,
    dataStart,
  });
}

/** The three values as text, or undefined for anything but a dictionary of exactly them. */
function parseEntries(text: string): { descr: string; order: string; shape: string } | undefined {
  if (!text.startsWith("{")) return undefined;
  const found = new Map<string, string>();
  let at = 1;
  for (;;) {
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    if (!entry) break;
    at = ENTRY.lastIndex;
    const [, key, quoted, flag, tuple] = entry;
    const value = { descr: quoted, fortran_order: flag, shape: tuple }[key];
    if (value === undefined || found.has(key)) return undefined;
    found.set(key, value);
  }
  CLOSING.lastIndex = at;
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => found.get(key));
  if (!CLOSING.test(text) || descr === undefined || order === undefined || shape === undefined) return undefined;
  return { descr, order, shape };
}
