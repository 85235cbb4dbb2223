// Images are read in threads of their own as they would be here, the first damaged one is named, and Ctrl-C is heard.

import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fail, ok } from "../../../src/base/result.ts";
import type { InputSpec } from "../../../src/bundle/manifest.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { preprocess } from "../../../src/preprocess/preprocess.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import type { Split } from "../../../train/data/dataset.ts";
import { readImageFolder } from "../../../train/data/files/image-folder.ts";
import { takeImages } from "../../../train/data/split.ts";
import { createImageReader } from "../../../train/pipeline/image-reader.ts";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { prepareDataset } from "../../../train/pipeline/prepare-dataset.ts";
import { readImages } from "../../../train/pipeline/stored-images.ts";
import { colourJpeg, palettePng } from "../../image/fixtures.ts";
import { createScratchFolder } from "../data/files/scratch-folder.ts";

const spec: InputSpec = {
  height: 5,
  width: 7,
  colour: "rgb",
  resize: { mode: "contain", filter: "area" },
  background: 17,
  scale: 1 / 255,
  mean: [0.1, 0.2, 0.3],
  standardDeviation: [0.4, 0.5, 0.6],
  maxBytes: 1,
  maxPixels: 1,
};
const SIZE = 5 * 7 * 3;

const scratch = await createScratchFolder();
for (let i = 0; i < 4; i++) {
  await scratch.write(`set/a/${i}.png`, palettePng);
  await scratch.write(`set/b/${i}.jpg`, colourJpeg);
}
await scratch.write("set/b/4.jpg", colourJpeg.subarray(0, 200));
await scratch.write("set/b/5.png", "not an image");
const folder = await readImageFolder(join(scratch.path, "set"), createImageDecoder(await loadCodecModules()));
const all = folder.ok ? folder.value.splits.unsplit : undefined;
if (!all) throw new Error("the set cannot be read");
const sound = takeImages(all, [7, 0, 1, 2, 3, 4, 5, 6]);

const storage = createImageStorage(0, scratch.path);
afterAll(() => storage[Symbol.dispose]());

function room(count: number) {
  const allocated = storage.allocate(count, SIZE);
  if (!allocated.ok) throw new Error(allocated.error.detail);
  return allocated.value;
}

async function readAll(images: Split, workers: number, controller = new AbortController(), stopAfter = Infinity) {
  let seen = 0;
  const reader = createImageReader({
    workers,
    signal: controller.signal,
    onImage: () => {
      if (++seen === stopAfter) controller.abort();
    },
  });
  const target = room(images.count);
  const result = await reader.readAll(images, spec, target);
  await reader.close();
  return { result, target, seen };
}

describe("a reader", () => {
  test.each([1, 3])("leaves with %i threads what preprocessing gives here", async (workers) => {
    const { result, target, seen } = await readAll(sound, workers);
    expect({ result, seen }).toEqual({ result: ok(null), seen: 8 });
    for (let i = 0; i < sound.count; i++) {
      const pixels = await sound.read(i);
      if (!pixels.ok) throw new Error(pixels.error.detail);
      expect(readImages(target, [i])).toEqual(preprocess(pixels.value, spec));
    }
  });

  test.each([1, 2, 5])("names with %i threads the first of two damaged images", async (workers) => {
    const { result } = await readAll(all, workers);
    expect(result).toMatchObject({
      error: { reason: "truncated", detail: expect.stringMatching(/^image b\/4\.jpg: ./) },
    });
  });

  test("names a file that is gone, and needs no destination to find it", async () => {
    const reader = createImageReader({ workers: 1, signal: new AbortController().signal, onImage: () => undefined });
    const files = sound.files?.map((file, i) => (i === 3 ? { ...file, path: `${file.path}.gone` } : file)) ?? [];
    expect(await reader.readAll({ ...sound, files }, spec)).toEqual(
      fail("file_unreadable", `image ${sound.nameOf(3)}: the file cannot be read`),
    );
    expect(await reader.readAll(sound, spec)).toEqual(ok(null));
    await reader.close();
  });

  test("stops when interrupted, whether images lie in files or in memory", async () => {
    const interrupted = fail("interrupted", "stopped while the images were being read");
    expect(await readAll(sound, 1, new AbortController(), 2)).toMatchObject({ result: interrupted, seen: 2 });
    // Ctrl-C is heard between two turns of the event loop, which images in memory would not leave by themselves.
    const pixels = await sound.read(0);
    const images: Split = { count: 1000, labels: new Uint8Array(1000), nameOf: String, read: async () => pixels };
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    const { result, seen } = await readAll(images, 1, controller);
    expect(result).toEqual(interrupted);
    expect(seen).toBeLessThan(1000);
  });
});

describe("a data set", () => {
  const images = (indices: number[]) => takeImages(all, indices);

  async function prepare(held: Split, validation?: Split) {
    const progress: [number, number][] = [];
    const dataset = { train: images([0, 1, 4, 5]), test: held, ...(validation && { validation }) };
    const options = { workers: 2, signal: new AbortController().signal };
    const prepared = await prepareDataset(dataset, { input: spec, validationSplit: 0.25 }, storage, {
      ...options,
      onImage: (...at) => progress.push(at),
    });
    return { prepared, progress };
  }

  test("is read once, every split of it", async () => {
    const { prepared, progress } = await prepare(images([2, 6]), images([3]));
    expect(prepared).toMatchObject({ value: { training: { count: 4 }, validation: { count: 1 } } });
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7].map((done) => [done, 7]));
  });

  test("gives up the last of its training images where it has none to validate on", async () => {
    const { prepared } = await prepare(images([2, 6]));
    expect(prepared).toMatchObject({ value: { training: { count: 3 }, validation: { count: 1 } } });
  });

  test("is not learnt from when a test image is damaged", async () => {
    const { prepared } = await prepare(images([2, 8]));
    expect(prepared).toMatchObject({ error: { detail: expect.stringContaining("image b/4.jpg") } });
  });
});
