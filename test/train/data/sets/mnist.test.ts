// MNIST from a folder: what is said about one that is not the official set, and the set itself where it is at hand.

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadMnist } from "../../../../train/data/sets/mnist.ts";

/** Well-formed IDX of one image of 2 x 2. */
const oneImage = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-mnist-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const load = (dataDir: string) => loadMnist(dataDir, () => {});
const write = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);

test("names the first file that is missing, in both spellings", async () => {
  expect(await load(folder)).toEqual({
    ok: false,
    error: {
      reason: "data_missing",
      detail: `${folder} has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz`,
    },
  });
});

test("says the same of a folder that is not there", async () => {
  const missing = join(folder, "missing");
  expect(await load(missing)).toMatchObject({
    error: { detail: `${missing} has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz` },
  });
});

// Stored, not compressed: ten bytes of gzip header and five of block header stand before the first byte of content.
test("names the file and the offset at which a truncated archive ends", async () => {
  const archive = gzipSync(oneImage, { level: 0 });
  await write("train-images-idx3-ubyte.gz", archive.subarray(0, 15 + 18));
  expect(await load(folder)).toEqual({
    ok: false,
    error: {
      reason: "idx_invalid",
      detail: `${join(folder, "train-images-idx3-ubyte.gz")}: ends at offset 18; 1 x 2 x 2 bytes of data end at 20`,
    },
  });
});

test("names the file and the offset at which a truncated plain file ends", async () => {
  await write("train-images-idx3-ubyte", oneImage.subarray(0, 10));
  expect(await load(folder)).toMatchObject({
    error: {
      reason: "idx_invalid",
      detail: `${join(folder, "train-images-idx3-ubyte")}: ends at offset 10, inside the dimensions`,
    },
  });
});

test("refuses an archive with a damaged header", async () => {
  await write("train-images-idx3-ubyte.gz", Uint8Array.of(0x1f, 0x8b, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0));
  expect(await load(folder)).toMatchObject({
    error: {
      reason: "idx_invalid",
      detail: `${join(folder, "train-images-idx3-ubyte.gz")}: offset 0: a gzip stream that cannot be inflated`,
    },
  });
});

test("refuses an archive that inflates to more than any of the files", async () => {
  await write("train-images-idx3-ubyte.gz", gzipSync(new Uint8Array(48 * 1024 * 1024 + 1)));
  expect(await load(folder)).toMatchObject({ error: { reason: "idx_invalid" } });
});

test("refuses a well-formed file that is not the official one, with both digests", async () => {
  await write("train-images-idx3-ubyte.gz", gzipSync(oneImage));
  expect(await load(folder)).toEqual({
    ok: false,
    error: {
      reason: "digest_mismatch",
      detail:
        `${join(folder, "train-images-idx3-ubyte.gz")}: not the official train-images-idx3-ubyte: its content has ` +
        "SHA-256 a473ff4aada0738d63d824674167db6f816b0f62164f3917fa6e0cab30385273, " +
        "expected ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
  });
});

test("reads the plain file where both spellings are there", async () => {
  await write("train-images-idx3-ubyte", oneImage.subarray(0, 3));
  await write("train-images-idx3-ubyte.gz", gzipSync(oneImage));
  expect(await load(folder)).toMatchObject({
    error: { detail: `${join(folder, "train-images-idx3-ubyte")}: ends at offset 3, inside the magic number` },
  });
});

/** The official files, where somebody has put them beside the checkout. */
const OFFICIAL = join(import.meta.dirname, "../../../../../shared/data/mnist");

if (existsSync(OFFICIAL)) {
  test("reads the official 60,000 training and 10,000 test digits", async () => {
    const loaded = await load(OFFICIAL);
    if (!loaded.ok) throw new Error(loaded.error.detail);
    const { train, test: held, classes, sha256 } = loaded.value;
    expect(await train.read(59_999)).toMatchObject({ value: { height: 28, width: 28, channels: 1 } });
    expect(await held.read(9_999)).toMatchObject({ value: { height: 28, width: 28, channels: 1 } });
    expect([train.count, held.count]).toEqual([60_000, 10_000]);
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...held.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(held.labels.length).toBe(10_000);
    expect(classes.length).toBe(10);
    expect(sha256).toBe("e9914cff2ade526da2ab1ac60c072f9173cc53e35b9411692de8207cb1b9009d");
  });
}
