// Images become inputs: preprocessed in order, with their labels, unless one of them cannot be read.

import { expect, test } from "vitest";
import { fail } from "../../../src/base/result.ts";
import type { InputSpec } from "../../../src/bundle/manifest.ts";
import { toSplit } from "../../../train/data/images-in-memory.ts";
import { splitValidation, toInputs } from "../../../train/fit/inputs.ts";

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

test("preprocesses each image, and keeps every label of it", async () => {
  const inputs = await toInputs(images, spec);
  if (!inputs.ok) throw new Error(inputs.error.detail);
  expect(inputs.value).toMatchObject({ count: 2, shape: [1, 2, 1], labels: images.labels });
  expect([...inputs.value.values]).toEqual([1, 2, 3, 4]);
  const { training, validation } = splitValidation(inputs.value, 0.5);
  expect([[...training.values], [...training.labels]]).toEqual([
    [1, 2],
    [1, 0, 1],
  ]);
  expect([[...validation.values], [...validation.labels]]).toEqual([
    [3, 4],
    [0, 0, 1],
  ]);
});

test("names the image that cannot be read", async () => {
  const damaged = { ...images, nameOf: () => "sick/7.png", read: async () => fail("corrupt", "the PNG is damaged") };
  expect(await toInputs(damaged, spec)).toEqual({
    ok: false,
    error: { reason: "corrupt", detail: "image sick/7.png: the PNG is damaged" },
  });
});
