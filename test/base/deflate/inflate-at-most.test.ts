// A gzip file or a zlib stream is inflated if it is one, whole, and within the limit; nothing else is.

import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { inflateAtMost } from "../../../src/base/deflate/inflate-at-most.ts";

const TEXT = toUtf8("the same words, the same words, the same words");
const gzipped = Uint8Array.from(gzipSync(TEXT));

/** The same member with every optional part of the header: extra, name, comment and the header's own checksum. */
const decorated = concatBytes([
  gzipped.with(3, 2 | 4 | 8 | 16).subarray(0, 10),
  Uint8Array.of(3, 0, 9, 9, 9),
  toUtf8("a.png\0hi\0"),
  Uint8Array.of(0, 0),
  gzipped.subarray(10),
]);

const reasonOf = async (bytes: Uint8Array<ArrayBuffer>, maxBytes = 1000, compression: "gzip" | "deflate" = "gzip") => {
  const inflated = await inflateAtMost(bytes, compression, maxBytes);
  return inflated.ok ? "ok" : inflated.error.reason;
};

test("inflates a file of exactly the limit, and refuses one of a byte more", async () => {
  expect(await inflateAtMost(gzipped, "gzip", TEXT.length)).toEqual({ ok: true, value: TEXT });
  expect(await reasonOf(gzipped, TEXT.length - 1)).toBe("too_many_bytes");
});

test("inflates nothing to nothing", async () => {
  expect(await inflateAtMost(Uint8Array.from(gzipSync("")), "gzip", 0)).toEqual({ ok: true, value: new Uint8Array() });
});

test("finds the data behind a header of any length", async () => {
  const headerLength = decorated.length - (gzipped.length - 10);
  const withoutChecksum = decorated.with(3, 4 | 8 | 16);
  const withoutIt = concatBytes([
    withoutChecksum.subarray(0, headerLength - 2),
    withoutChecksum.subarray(headerLength),
  ]);
  expect(await inflateAtMost(withoutIt, "gzip", 1000)).toEqual({ ok: true, value: TEXT });
});

test("refuses a file cut anywhere", async () => {
  for (const whole of [gzipped, decorated]) {
    for (let length = 0; length < whole.length; length++) {
      expect(await reasonOf(whole.slice(0, length)), `cut to ${length}`).toBe("corrupt");
    }
  }
});

test("refuses what follows the member, another member included", async () => {
  expect(await reasonOf(concatBytes([gzipped, Uint8Array.of(0)]))).toBe("corrupt");
  expect(await reasonOf(concatBytes([gzipped, gzipped]))).toBe("corrupt");
});

/** The first bit of the byte so many before the end is another one. */
function flipped(fromEnd: number): Uint8Array<ArrayBuffer> {
  const bytes = gzipped.slice();
  bytes[bytes.length - fromEnd] ^= 1;
  return bytes;
}

test("refuses other methods, reserved flags, a wrong checksum and a wrong length", async () => {
  expect(await reasonOf(gzipped.with(0, 0x50))).toBe("corrupt");
  expect(await reasonOf(gzipped.with(2, 7))).toBe("corrupt");
  expect(await reasonOf(gzipped.with(3, 0x20))).toBe("corrupt");
  expect(await reasonOf(flipped(8))).toBe("corrupt");
  expect(await reasonOf(flipped(4))).toBe("corrupt");
});

test("refuses a bomb without inflating it", async () => {
  expect(await reasonOf(Uint8Array.from(gzipSync(new Uint8Array(50_000_000))), 8_000_000)).toBe("too_many_bytes");
});

describe("a zlib stream", () => {
  const deflated = Uint8Array.from(deflateSync(TEXT));
  const reason = (bytes: Uint8Array<ArrayBuffer>, maxBytes = 1000) => reasonOf(bytes, maxBytes, "deflate");

  test("is inflated at exactly the limit, and refused at a byte less", async () => {
    expect(await inflateAtMost(deflated, "deflate", TEXT.length)).toEqual({ ok: true, value: TEXT });
    expect(await reason(deflated, TEXT.length - 1)).toBe("too_many_bytes");
  });

  test("is refused when it is cut anywhere", async () => {
    for (let length = 0; length < deflated.length; length++) {
      expect(await reason(deflated.slice(0, length)), `cut to ${length}`).toBe("corrupt");
    }
  });

  test.each([
    ["something follows it", concatBytes([deflated, Uint8Array.of(0)])],
    ["its checksum is another one", deflated.with(deflated.length - 1, deflated[deflated.length - 1] ^ 1)],
    ["its header's check is another one", deflated.with(1, deflated[1] ^ 1)],
    ["its method is another one", Uint8Array.of(0x79, 0x18, ...deflated.subarray(2))],
    ["it asks for a dictionary", Uint8Array.of(0x78, 0x20, ...deflated.subarray(2))],
    ["it is bare deflate", deflated.slice(2, -4)],
    ["it is gzip", gzipped],
  ])("is refused when %s", async (_why, bytes) => {
    expect(await reason(bytes)).toBe("corrupt");
  });

  test("is refused when it is a bomb, without inflating it", async () => {
    expect(await reason(Uint8Array.from(deflateSync(new Uint8Array(50_000_000))), 8_000_000)).toBe("too_many_bytes");
  });
});
