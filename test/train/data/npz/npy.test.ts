// The NumPy array reader: every type, order and version it reads, and what it says of everything else.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseNpy } from "../../../../train/data/npz/npy.ts";
import { npy, npyWithHeader } from "./npy-file.ts";

const SEED = 20_231_014;
const parse = (bytes: Uint8Array<ArrayBuffer>) => parseNpy(bytes, "x.npy");

describe("reads", () => {
  test.each([
    ["|u1", [1, 255], Uint8Array.of(1, 255)],
    ["|b1", [1, 0], Uint8Array.of(1, 0)],
    ["|i1", [1, 255], Int8Array.of(1, -1)],
    ["<u2", [1, 2, 255, 255], Uint16Array.of(513, 65_535)],
    [">u2", [1, 2, 255, 255], Uint16Array.of(258, 65_535)],
    ["<i2", [1, 2, 255, 255], Int16Array.of(513, -1)],
    [">i2", [1, 2, 255, 255], Int16Array.of(258, -1)],
    ["<u4", [1, 0, 0, 0, 0, 0, 0, 128], Uint32Array.of(1, 2_147_483_648)],
    [">u4", [1, 0, 0, 0, 0, 0, 0, 128], Uint32Array.of(16_777_216, 128)],
    ["<i4", [1, 0, 0, 0, 0, 0, 0, 128], Int32Array.of(1, -2_147_483_648)],
    [">i4", [255, 255, 255, 254, 0, 0, 0, 128], Int32Array.of(-2, 128)],
    ["<i8", [7, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255, 255, 255, 255, 255], Float64Array.of(7, -2)],
    [">i8", [0, 0, 0, 0, 0, 0, 0, 7, 255, 255, 255, 255, 255, 255, 255, 254], Float64Array.of(7, -2)],
    ["<u8", [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], Float64Array.of(7, 4_294_967_296)],
    ["<f4", [0, 0, 128, 63, 0, 0, 0, 192], Float32Array.of(1, -2)],
    [">f4", [63, 128, 0, 0, 192, 0, 0, 0], Float32Array.of(1, -2)],
    ["<f8", [0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 240, 127], Float64Array.of(1, Infinity)],
  ])("%s", (descr, data, values) => {
    expect(parse(npy(descr, "(2,)", data))).toEqual({ ok: true, value: { shape: [2], values } });
  });

  test("Fortran order into C order", () => {
    const value = { shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect(parse(npy("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], true))).toEqual({ ok: true, value });
    const cube = parse(npy("|u1", "(2, 1, 3)", [1, 4, 2, 5, 3, 6], true));
    expect(cube).toEqual({ ok: true, value: { shape: [2, 1, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) } });
  });

  test.each([1, 2, 3])("format version %i", (version) => {
    expect(parse(npy("|u1", "(1,)", [9], false, version))).toMatchObject({ value: { values: Uint8Array.of(9) } });
  });

  test("one number, no numbers, and shapes with and without a last comma", () => {
    expect(parse(npy("|u1", "()", [9]))).toEqual({ ok: true, value: { shape: [], values: Uint8Array.of(9) } });
    expect(parse(npy("|u1", "(0, 28)", []))).toMatchObject({ value: { shape: [0, 28] } });
    expect(parse(npy("|u1", "(1,1,)", [9]))).toMatchObject({ value: { shape: [1, 1] } });
  });

  test("keys in any order, and a file that stands in the middle of a buffer", () => {
    const file = npyWithHeader("{'shape': (1,), 'fortran_order': False, 'descr': '>u2'}", [1, 2]);
    const view = Uint8Array.from([0, ...file, 0]).subarray(1, -1);
    expect(parse(view)).toEqual({ ok: true, value: { shape: [1], values: Uint16Array.of(258) } });
  });
});

const refusal = (detail: string) => ({ ok: false, error: { reason: "npy_invalid", detail: `x.npy: ${detail}` } });
const NOT_A_DICTIONARY = "offset 10: a header that is not the dictionary of descr, fortran_order and shape";
const NOT_A_TYPE = "offset 10: an element type that is not read here (bool, integers, float32 and float64 are)";
const NOT_A_SHAPE = "offset 10: a shape that is not a tuple of whole numbers";

describe("refuses", () => {
  test.each([
    ["another file", Uint8Array.of(0x50, 0x4b, 3, 4), "offset 0: not a NumPy array"],
    ["another version", npy("|u1", "()", [9], false, 4), "offset 6: format version 4.0"],
    [
      "a header as long as a book",
      Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0, 0, 64, 0),
      "offset 8: a header of 1073741824 bytes, more than 10000",
    ],
    ["a byte too few", npy("|u1", "(2,)", [1]), "ends at offset 69; the data of shape (2) end at 70"],
    ["a byte too many", npy("|u1", "(2,)", [1, 2, 3]), "goes on at offset 70; the data of shape (2) end at 70"],
    ["a boolean of 2", npy("|b1", "(2,)", [1, 2]), "offset 69: a boolean that is neither 0 nor 1"],
    ["an integer no number holds", npy("<u8", "(1,)", [0, 0, 0, 0, 0, 0, 0, 1]), "offset 68: an integer beyond 2^53"],
  ])("%s", (_what, bytes, detail) => {
    expect(parse(bytes)).toEqual(refusal(detail));
  });

  test.each(["|O", "<f2", "<c8", "<U3", "=i4", "|i4", "i4", "", "<M8[ns]", "[('a', '<i4')]"])("type %j", (descr) => {
    const refused = parse(npy(descr, "(1,)", [1, 2, 3, 4]));
    expect([refusal(NOT_A_TYPE), refusal(NOT_A_DICTIONARY)]).toContainEqual(refused);
  });

  test.each(["(2)", "(-1,)", "(1.5,)", "(1e3,)", "(2 2,)", "(,)", "(2,,)", "(0x2,)"])("shape %s", (shape) => {
    expect(parse(npy("|u1", shape, [1, 2]))).toEqual(refusal(NOT_A_SHAPE));
  });

  test("a shape of numbers no array has", () => {
    const huge = "(9007199254740991, 9007199254740991, 0)";
    expect(parse(npy("|u1", huge, []))).toEqual(refusal("offset 10: a shape that is too large"));
    expect(parse(npy("|u1", `(${"1,".repeat(33)})`, [1]))).toEqual(refusal(NOT_A_SHAPE));
  });

  test.each([
    "{}",
    "{'descr': '|u1', 'fortran_order': False}",
    "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': ()}",
    "{'descr': '|u1', 'fortran_order': 'False', 'shape': ()}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (), 'more': 1}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, )} + exit()",
    "{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': ()}",
    "{'descr': '|u1' 'fortran_order': False 'shape': ()}",
  ])("header %j", (header) => {
    expect(parse(npyWithHeader(header))).toEqual(refusal(NOT_A_DICTIONARY));
  });

  test("a file cut at any byte", () => {
    const file = npy("<i2", "(2, 2)", [1, 2, 3, 4, 5, 6, 7, 8]);
    for (let length = 0; length < file.length; length++) {
      expect(parse(file.subarray(0, length)), `cut to ${length}`).toMatchObject({ error: { reason: "npy_invalid" } });
    }
  });
});

test(`mutated gives as many values as its shape says or a known reason (seed ${SEED})`, () => {
  const valid = npy("<i2", "(2, 2)", [1, 2, 3, 4, 5, 6, 7, 8], true);
  const mutation = fc.tuple(fc.nat(valid.length - 1), fc.nat(4), fc.uint8Array({ maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let bytes = [...valid];
      for (const [at, removed, inserted] of mutations) bytes = bytes.toSpliced(at, removed, ...inserted);
      const parsed = parse(Uint8Array.from(bytes));
      if (parsed.ok) expect(parsed.value.values.length).toBe(parsed.value.shape.reduce((a, b) => a * b, 1));
      else expect(parsed.error.reason).toBe("npy_invalid");
    }),
    { seed: SEED, numRuns: 3000 },
  );
});
