// Preprocessed images in memory and in files: what is written is what is read, from every thread, and nothing stays behind.

import { fstatSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { createSharedArray } from "../../../train/pipeline/shared-array.ts";
import {
  readImage,
  readImages,
  skipImages,
  writeImage,
  type StoredImages,
} from "../../../train/pipeline/stored-images.ts";
import { createScratchFolder } from "../data/files/scratch-folder.ts";

const scratch = await createScratchFolder();
const opened: Disposable[] = [];
afterEach(() => {
  for (const storage of opened.splice(0)) storage[Symbol.dispose]();
});

function allocate(maxMemoryBytes: number, folder = scratch.path) {
  const storage = createImageStorage(maxMemoryBytes, folder);
  opened.push(storage);
  const allocated = storage.allocate(3, 2);
  if (!allocated.ok) throw new Error(allocated.error.detail);
  return { storage, images: allocated.value };
}

const descriptorOf = ({ place }: StoredImages) => ("descriptor" in place ? place.descriptor : undefined);

test.each([
  ["memory", 24],
  ["a file", 23],
])("images in %s come back to the bit, in any order and from the middle", (_where, maxMemoryBytes) => {
  const { images } = allocate(maxMemoryBytes);
  expect(writeImage(images, 2, Float32Array.of(5, Number.NaN))).toEqual({ ok: true, value: null });
  expect(writeImage(images, 0, Float32Array.of(1, 0.1))).toEqual({ ok: true, value: null });
  expect(writeImage(skipImages(images, 1), 0, Float32Array.of(-0, 1e-40))).toEqual({ ok: true, value: null });
  expect(readImages(images, [2, 0, 1])).toEqual(Float32Array.of(5, Number.NaN, 1, 0.1, -0, 1e-40));
  const shared = createSharedArray(4);
  readImage(skipImages(images, 2), 0, shared.subarray(2));
  expect([...shared]).toEqual([0, 0, 5, Number.NaN]);
});

test("what exceeds the limit in all goes into files, which have no name and go with the storage", async () => {
  const folder = join(scratch.path, "made", "when", "needed");
  const { storage, images } = allocate(24 + 23, folder);
  const second = storage.allocate(3, 2);
  if (!second.ok) throw new Error(second.error.detail);
  expect(descriptorOf(images)).toBeUndefined();
  const descriptor = descriptorOf(second.value);
  if (descriptor === undefined) throw new Error("not in a file");
  expect(await readdir(folder)).toEqual([]);
  expect(fstatSync(descriptor).nlink).toBe(0);
  storage[Symbol.dispose]();
  expect(() => fstatSync(descriptor)).toThrow("EBADF");
});

test("says that a folder cannot be written to, or the file", async () => {
  await scratch.write("a-file", "");
  const nowhere = createImageStorage(0, join(scratch.path, "a-file"));
  expect(nowhere.allocate(1, 1)).toMatchObject({
    error: { reason: "storage_failed", detail: expect.stringContaining("a-file: EEXIST") },
  });
  await mkdir(join(scratch.path, "closed"));
  const { storage, images } = allocate(0, join(scratch.path, "closed"));
  storage[Symbol.dispose]();
  expect(writeImage(images, 0, Float32Array.of(1, 2))).toMatchObject({
    error: { reason: "storage_failed", detail: expect.stringContaining("EBADF") },
  });
});

test("an image that was never written is no image", () => {
  const { images } = allocate(0);
  writeImage(images, 0, Float32Array.of(1, 2));
  expect(() => readImages(images, [1])).toThrow("image 1 was read before it was written");
});
