// Known answers of FIPS 180-4.

import { expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { sha256, sha256Hex } from "../../src/base/sha256.ts";

test.each([
  ["no bytes", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "two blocks",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
])("digests %s as the standard says", async (_what, text, digest) => {
  expect(await sha256Hex(toUtf8(text))).toBe(digest);
});

test("gives 32 raw bytes", async () => {
  const digest = await sha256(toUtf8("abc"));
  expect(digest.length).toBe(32);
  expect([...digest.subarray(0, 4)]).toEqual([0xba, 0x78, 0x16, 0xbf]);
});

test("digests a view without the rest of its buffer", async () => {
  expect(await sha256Hex(toUtf8("xabcx").subarray(1, 4))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
