// Images become inputs: preprocessed in order, with their labels, and shared out without being copied.

import { expect, test } from "vitest";
import { fail, ok } from "../../../src/base/result.ts";
import type { InputSpec } from "../../../src/bundle/manifest.ts";
import { toSplit } from "../../../train/data/images-in-memory.ts";
import { splitValidation, toInputs } from "../../../train/fit/inputs.ts";
import { createImageReader } from "../../../train/pipeline/image-reader.ts";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { readImages } from "../../../train/pipeline/stored-images.ts";

const spec: InputSpec = {
  height: 1,
  width: 2,
  colour: "grey",
  resize: { mode: "stretch", filter: "area" },
  background: 0,
  scale: 0.1,
  mean: [0],
  standardDeviation: [1],
  maxBytes: 1,
  maxPixels: 1,
};
/** Two images of three labels each. */
const images = toSplit({
  count: 2,
  height: 1,
  width: 2,
  channels: 1,
  samples: Uint8Array.of(10, 20, 30, 40),
  labels: Uint8Array.of(1, 0, 1, 0, 0, 1),
});
const storage = createImageStorage(1024, "not used");
const reader = createImageReader({
  workers: 1,
  signal: new AbortController().signal,
  onImage: () => undefined,
});

test("preprocesses each image, and keeps every label of it", async () => {
  const inputs = await toInputs(images, spec, reader, storage);
  if (!inputs.ok) throw new Error(inputs.error.detail);
  expect(inputs.value).toMatchObject({ count: 2, shape: [1, 2, 1], labels: images.labels });
  expect([...readImages(inputs.value.images, [0, 1])]).toEqual([1, 2, 3, 4]);
  const { training, validation } = splitValidation(inputs.value, 0.5);
  expect([[...readImages(training.images, [0])], [...training.labels]]).toEqual([
    [1, 2],
    [1, 0, 1],
  ]);
  expect([[...readImages(validation.images, [0])], [...validation.labels]]).toEqual([
    [3, 4],
    [0, 0, 1],
  ]);
});

test("knows what preprocessing makes of the background", async () => {
  const scaled = { ...spec, background: 30, mean: [1], standardDeviation: [0.5] };
  expect(await toInputs(images, scaled, reader, storage)).toMatchObject({ value: { background: [4] } });
});

test("ends where reading or keeping fails", async () => {
  const readAll = async () => fail("corrupt", "image sick/7.png: the PNG is damaged");
  expect(await toInputs(images, spec, { readAll }, storage)).toEqual(await readAll());
  const full = { ...storage, allocate: () => fail("storage_failed", "no room") };
  expect(await toInputs(images, spec, { readAll: async () => ok(null) }, full)).toEqual(full.allocate());
});
