// Bytes and text, there and back, and what is refused on the way.

import { describe, expect, test } from "vitest";
import {
  concatBytes,
  fromBase64,
  fromHex,
  fromJsonBytes,
  fromUtf8,
  toBase64,
  toHex,
  toUtf8,
} from "../../src/base/bytes.ts";

describe("hex", () => {
  test("writes two lower-case digits a byte", () => {
    expect(toHex(Uint8Array.of(0x00, 0x0a, 0xff))).toBe("000aff");
  });

  test("writes no bytes as no text", () => {
    expect(toHex(new Uint8Array())).toBe("");
  });

  test("reads what it wrote", () => {
    expect(fromHex("000aff")).toEqual(Uint8Array.of(0x00, 0x0a, 0xff));
  });
});

describe("base64", () => {
  // RFC 4648 section 10.
  test.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("writes and reads the RFC's vector for '%s'", (text, base64) => {
    expect(toBase64(toUtf8(text))).toBe(base64);
    expect(fromBase64(base64)).toEqual(toUtf8(text));
  });

  test("uses the standard alphabet, not the one for URLs", () => {
    expect(toBase64(Uint8Array.of(0xfb, 0xff))).toBe("+/8=");
  });

  test.each([
    ["the alphabet for URLs", "-_8="],
    ["a character outside the alphabet", "Zm9*"],
    ["missing padding", "Zg"],
    ["padding in the middle", "Zg==Zg=="],
    ["white space", "Zm9v\nYmFy"],
    ["bits that no byte holds", "Zh=="],
  ])("refuses %s", (_what, text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe("concatBytes", () => {
  test("joins parts in order", () => {
    expect(concatBytes([Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("joins nothing to no bytes", () => {
    expect(concatBytes([])).toEqual(new Uint8Array());
  });

  test("copies a view of a larger buffer, and only the view", () => {
    const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(new Uint8Array(concatBytes([view]).buffer)).toEqual(Uint8Array.of(1, 2));
  });
});

describe("UTF-8", () => {
  test("writes two bytes for a letter with an accent", () => {
    expect(toUtf8("é")).toEqual(Uint8Array.of(0xc3, 0xa9));
  });

  test("keeps a byte order mark, so that text and bytes are one to one", () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a character cut short", [0xc3]],
  ])("refuses %s", (_what, bytes) => {
    expect(fromUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe("JSON", () => {
  test("reads a document", () => {
    expect(fromJsonBytes(toUtf8('{"a":[1,null]}'))).toEqual({ a: [1, null] });
  });

  test.each([
    ["no bytes", new Uint8Array()],
    ["a document cut short", toUtf8('{"a":')],
    ["a document after a byte order mark", toUtf8("\ufeff{}")],
    ["a string that is not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ])("gives nothing for %s", (_what, bytes) => {
    expect(fromJsonBytes(bytes)).toBeUndefined();
  });
});
