// What a DEFLATE stream holds is found without inflating it: the same length as zlib finds, for every kind of block.

import { constants, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { measureDeflate } from "../../../src/base/deflate/measure-deflate.ts";

const TEXT = toUtf8("what goes round comes round, and what goes round again comes round again");

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_261_122;

/** The first bit of the stream is the lowest of the first byte (RFC 1951, 3.1.1). */
function packBits(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) bytes[i >> 3] |= Number(bits[i]) << (i & 7);
  return bytes;
}

describe("measures", () => {
  test.for<[block: string, stream: Uint8Array]>([
    ["stored", deflateRawSync(TEXT, { level: 0 })],
    ["with the fixed codes", deflateRawSync(TEXT, { strategy: constants.Z_FIXED })],
    ["with codes of its own", deflateRawSync(Uint8Array.from({ length: 4096 }, (_, i) => (i * i) % 97))],
  ])("a block %s, and says where it ends", ([, stream]) => {
    const followed = new Uint8Array([...stream, 1, 2, 3]);
    const measured = measureDeflate(followed, 0, 4096);
    expect(measured).toMatchObject({ ok: true, value: { end: stream.length } });
  });

  test("a stream by hand: the letter a, then 258 more of it and 3 more, with the fixed codes", () => {
    const [last, fixed, a, end] = ["1", "10", "10010001", "0000000"];
    const [length258, length3, distance1] = ["11000101", "0000001", "00000"];
    const stream = packBits([last, fixed, a, length258, distance1, length3, distance1, end].join(""));
    expect(measureDeflate(stream, 0, 1000)).toEqual({ ok: true, value: { inflatedBytes: 262, end: 6 } });
  });

  test("whatever zlib writes, by every strategy and level, as long as it is", () => {
    const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
        fc.integer({ min: 0, max: 9 }),
        (bytes, colours, strategy, level) => {
          const stream = deflateRawSync(
            bytes.map((byte) => byte % colours),
            { strategy, level },
          );
          const expected = { inflatedBytes: bytes.length, end: stream.length };
          expect(measureDeflate(stream, 0, bytes.length)).toEqual({ ok: true, value: expected });
          if (bytes.length > 0) {
            expect(measureDeflate(stream, 0, bytes.length - 1)).toMatchObject({ error: { reason: "too_many_bytes" } });
          }
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});

describe("refuses", () => {
  const stream = deflateRawSync(Uint8Array.from({ length: 4096 }, (_, i) => (i * i) % 97));

  test("a stream cut anywhere", () => {
    for (let length = 0; length < stream.length; length++) {
      expect(measureDeflate(stream.subarray(0, length), 0, 1e6), `cut to ${length}`).toMatchObject({
        error: { reason: "corrupt" },
      });
    }
  });

  test("the block type that does not exist, a stored length that contradicts itself, and symbols out of range", () => {
    const [lastAndFixed, symbol286, length3, distance30] = ["110", "11000110", "0000001", "11110"];
    const wrongSymbol = packBits(lastAndFixed + symbol286.padEnd(40, "0"));
    const wrongDistance = packBits(lastAndFixed + length3 + distance30.padEnd(40, "0"));
    for (const bytes of [Uint8Array.of(7), Uint8Array.of(1, 1, 0, 0, 0), wrongSymbol, wrongDistance]) {
      expect(measureDeflate(bytes, 0, 1e6)).toMatchObject({ error: { reason: "corrupt" } });
    }
  });

  test("a bomb as soon as it is over the limit", () => {
    const bomb = deflateRawSync(new Uint8Array(50_000_000));
    expect(measureDeflate(bomb, 0, 1_000_000)).toMatchObject({ error: { reason: "too_many_bytes" } });
  });

  test("a million blocks of codes for nothing, after a few thousand of them", () => {
    // Not the last, with codes of its own: 257 literals, 1 distance, 18 lengths of lengths, of which 18 and 1 have one bit.
    const lengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1].map((symbol) =>
      symbol === 18 || symbol === 1 ? "100" : "000",
    );
    // 138 and 118 zeros, one for the end of the block, one for the distance; then the end of the block.
    const block = ["001", "0000000000", "0111", ...lengths, "11111111", "11101011", "0", "0", "0"].join("");
    const eight = packBits(block.repeat(8));
    const many = new Uint8Array(eight.length * 100_000);
    for (let i = 0; i < 100_000; i++) many.set(eight, i * eight.length);
    expect(measureDeflate(many, 0, 1e6)).toEqual({
      ok: false,
      error: { reason: "corrupt", detail: "the compressed data is cut into more blocks than is accepted" },
    });
  });

  test("or measures anything at all, but never fails otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(stream.length - 1), (noise, at) => {
        const mutated = Uint8Array.from(stream);
        mutated.set(noise.subarray(0, stream.length - at), at);
        for (const bytes of [noise, mutated]) {
          const measured = measureDeflate(bytes, 0, 10_000);
          if (measured.ok) expect(measured.value.inflatedBytes).toBeLessThanOrEqual(10_000);
        }
      }),
      { seed, numRuns: 1000 },
    );
  });
});
