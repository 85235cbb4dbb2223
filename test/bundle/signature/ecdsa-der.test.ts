// Signatures between raw r || s and DER: known vectors by hand, and no second spelling of one signature.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import { derToRaw, rawToDer } from "../../../src/bundle/signature/ecdsa-der.ts";

const SEED = 20_180_413;
const zeros = (count: number): string => "00".repeat(count);

describe("a signature in both forms", () => {
  test.each([
    ["r = 1 and s = 2", `${zeros(31)}01${zeros(31)}02`, "3006020101020102"],
    ["r with its high bit set", `${zeros(31)}80${zeros(31)}7f`, "30070202008002017f"],
    ["leading zeros before a high bit", `${zeros(30)}00ff${zeros(30)}0100`, "3008020200ff02020100"],
    ["zeros", zeros(64), "3006020100020100"],
    ["the largest numbers", "ff".repeat(64), `3046022100${"ff".repeat(32)}022100${"ff".repeat(32)}`],
    ["32 bytes without a high bit", "7f".repeat(64), `30440220${"7f".repeat(32)}0220${"7f".repeat(32)}`],
  ])("%s", (_what, raw, der) => {
    expect(toHex(rawToDer(fromHex(raw)))).toBe(der);
    expect(toHex(derToRaw(fromHex(der)) ?? new Uint8Array())).toBe(raw);
  });
});

test(`any signature comes back as it was (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (raw) => {
      expect(derToRaw(rawToDer(raw))).toEqual(Uint8Array.from(raw));
    }),
    { seed: SEED },
  );
});

test(`any bytes that are read at all are the ones that would be written (seed ${SEED})`, () => {
  const digits = fc.uint8Array({ maxLength: 4 });
  const lengthError = fc.integer({ min: 0, max: 1 });
  fc.assert(
    fc.property(digits, lengthError, digits, (r, error, s) => {
      const der = Uint8Array.of(0x30, r.length + s.length + 4, 0x02, r.length + error, ...r, 0x02, s.length, ...s);
      const raw = derToRaw(der);
      if (raw) expect(rawToDer(raw)).toEqual(der);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

describe("refuses", () => {
  test.each([
    ["nothing", ""],
    ["the raw form", "11".repeat(64)],
    ["a sequence that ends early", "30060201010201"],
    ["a sequence that says it is longer", "3007020101020102"],
    ["a sequence that says it is shorter", "3005020101020102"],
    ["bytes after the sequence", "300602010102010200"],
    ["bytes after s inside the sequence", "300702010102010200"],
    ["a length in the long form", "308106020101020102"],
    ["a leading zero that nothing needs", "300702020001020102"],
    ["a negative r", "3006020180020102"],
    ["a negative s", "3006020101020180"],
    ["an r without digits", "30050200020102"],
    ["an s without digits", "30050201010200"],
    ["one integer", "3003020101"],
    ["three integers", "3009020101020102020103"],
    ["another type than integer", "3006040101020102"],
    ["a set in place of a sequence", "3106020101020102"],
    ["an r whose length passes the end", "3006027f01020102"],
    ["an r of 33 digits", `30260221${"01".repeat(33)}020101`],
    ["an s of 33 digits", `30260201010221${"01".repeat(33)}`],
    ["more than 72 bytes", `3047022200${"ff".repeat(33)}022100${"ff".repeat(32)}`],
  ])("%s", (_what, der) => {
    expect(derToRaw(fromHex(der))).toBeUndefined();
  });
});
