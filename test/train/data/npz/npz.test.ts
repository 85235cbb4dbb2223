// NumPy archives: what is read, and what is said of archives that are damaged, that lie, or that would fill the memory.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromBase64 } from "../../../../src/base/bytes.ts";
import { readNpz } from "../../../../train/data/npz/npz.ts";
import { npy } from "./npy-file.ts";
import { zip, type ZipEntry } from "./zip-file.ts";

const SEED = 20_180_101;
const images: ZipEntry = { name: "images.npy", content: npy("|u1", "(2, 2)", [1, 2, 3, 4]) };
const labels: ZipEntry = { name: "labels.npy", content: npy("<i8", "(1,)", [7, 0, 0, 0, 0, 0, 0, 0]), stored: true };
const both = {
  ok: true,
  value: {
    images: { shape: [2, 2], values: Uint8Array.of(1, 2, 3, 4) },
    labels: { shape: [1], values: Float64Array.of(7) },
  },
};

// numpy.savez_compressed("x.npz", images=numpy.asfortranarray([[1, 2], [3, 4]], dtype="u1"),
//   labels=numpy.array([7], dtype=">i8")) with NumPy 2.4, which writes zip64 headers
const writtenByNumpy = fromBase64(
  "UEsDBC0AAAAIAAAAIQDaUj/z//////////8KABQAaW1hZ2VzLm5weQEAEACEAAAAAAAAAEkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXl" +
    "NqqK6joJ6WX1RSlJgXn1+UkgoSDykqTQUKF2ckFqQCuRpGOgpGmjoKtQrkAy5GZiYWAFBLAwQtAAAACAAAACEAgdP1iv//////////CgAUAGxh" +
    "YmVscy5ucHkBABAAiAAAAAAAAABIAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6XaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpA" +
    "L5GoY6mjoKtQoUAC4GCGAHAFBLAQItAy0AAAAIAAAAIQDaUj/zSQAAAIQAAAAKAAAAAAAAAAAAAACAAQAAAABpbWFnZXMubnB5UEsBAi0DLQAA" +
    "AAgAAAAhAIHT9YpIAAAAiAAAAAoAAAAAAAAAAAAAAIABhQAAAGxhYmVscy5ucHlQSwUGAAAAAAIAAgBwAAAACQEAAAAA",
);

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-npz-"));
  path = join(folder, "x.npz");
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array) {
  await writeFile(path, bytes);
  return readNpz(path, ["images", "labels"]);
}
const refusal = (detail: string) => ({
  ok: false,
  error: { reason: "zip_invalid", detail: expect.stringContaining(`${path}${detail}`) },
});

test("reads deflated and stored arrays, and leaves alone what it was not asked for", async () => {
  const bomb: ZipEntry = { name: "bomb.npy", content: Uint8Array.of(1), says: { size: 4_000_000_000 } };
  expect(await read(zip(bomb, labels, images))).toEqual(both);
});

test("reads what NumPy writes", async () => {
  expect(await read(writtenByNumpy ?? new Uint8Array())).toEqual(both);
});

describe("refuses", () => {
  const content = images.content;
  test.each<[string, ZipEntry[], string]>([
    ["an archive without the array", [images], " has no labels.npy"],
    ["an array that is there twice", [images, labels, images], ": images.npy stands in it twice"],
    [
      "a wrong CRC",
      [{ name: "images.npy", content, says: { crc: 1 } }, labels],
      ": images.npy: its CRC is not the one",
    ],
    [
      "more bytes than any set has",
      [{ name: "images.npy", content, says: { size: 2_000_000_000 } }, labels],
      ": images.npy: declares 2000000000 bytes, more than are accepted or can be there",
    ],
    [
      "more bytes than deflate could make",
      [{ name: "images.npy", content, says: { size: 1_000_000 } }, labels],
      ": images.npy: declares 1000000 bytes, more than are accepted or can be there",
    ],
    [
      "fewer bytes than declared",
      [{ name: "images.npy", content, says: { size: 90 } }, labels],
      ": images.npy: offset",
    ],
    ["more bytes than declared", [{ name: "images.npy", content, says: { size: 9 } }, labels], ": images.npy: offset"],
    [
      "another compression",
      [{ name: "images.npy", content, says: { method: 12 } }, labels],
      ": images.npy: encrypted, or compressed with something other than deflate",
    ],
    [
      "encryption",
      [{ name: "images.npy", content, says: { flags: 1 } }, labels],
      ": images.npy: encrypted, or compressed with something other than deflate",
    ],
    ["a name that leaves the archive", [images, labels, { name: "../x", content }], ": invalid relative path"],
    ["more entries than it has patience for", Array.from({ length: 65 }, () => images), ": 65 entries, more than 64"],
  ])("%s", async (_what, entries, detail) => {
    expect(await read(zip(...entries))).toEqual(refusal(detail));
  });

  test("a file that is not an archive, and one that is not there", async () => {
    expect(await read(Uint8Array.of(1, 2, 3))).toEqual(
      refusal(": End of central directory record signature not found"),
    );
    const missing = join(folder, "missing.npz");
    expect(await readNpz(missing, ["images"])).toMatchObject({ error: { reason: "zip_invalid" } });
  });

  test("an array that is none", async () => {
    expect(await read(zip({ name: "images.npy", content: Uint8Array.of(1, 2, 3) }, labels))).toEqual({
      ok: false,
      error: { reason: "npy_invalid", detail: `${path}: images.npy: offset 0: not a NumPy array` },
    });
  });
});

test("an archive cut at any byte is refused", async () => {
  const archive = zip(images, labels);
  for (let length = 0; length < archive.length; length++) {
    expect(await read(archive.subarray(0, length)), `cut to ${length}`).toMatchObject({ ok: false });
  }
});

test(`a mutated archive is read as it was or refused for a known reason (seed ${SEED})`, async () => {
  const archive = zip(images, labels);
  const mutation = fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const bytes = archive.slice();
      for (const [at, bits] of mutations) bytes[at] ^= bits;
      const result = await read(bytes);
      if (result.ok) expect(result).toEqual(both);
      else expect(["zip_invalid", "npy_invalid"]).toContain(result.error.reason);
    }),
    { seed: SEED, numRuns: 1000 },
  );
});
