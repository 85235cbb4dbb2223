// Generated strangers: seeded, of the kind they are named for, and never the same for choosing as for measuring.

import { expect, test } from "vitest";
import { STRANGE_KINDS, strangeImages } from "../../../../train/evaluate/images/strange-images.ts";

const size = { width: 6, height: 4, colour: "rgb" } as const;

async function samplesOf(kind: (typeof STRANGE_KINDS)[number], index: number, purpose: "choosing" | "measuring") {
  const read = await strangeImages(kind, size, 10, purpose).read(index);
  if (!read.ok) throw new Error(read.error.detail);
  expect(read.value).toMatchObject({ width: 6, height: 4, channels: 3, maxValue: 255 });
  return [...read.value.data];
}

test.each(STRANGE_KINDS)("%s is the same for an index, and another for another purpose", async (kind) => {
  const first = await samplesOf(kind, 3, "measuring");
  expect(await samplesOf(kind, 3, "measuring")).toEqual(first);
  expect(await samplesOf(kind, 3, "choosing")).not.toEqual(first);
  expect(first).toHaveLength(72);
});

test("flat colour has one colour, stripes two shades", async () => {
  const flat = await samplesOf("flat colour", 0, "measuring");
  expect(flat.every((sample, at) => sample === flat[at % 3])).toBe(true);
  expect(new Set(await samplesOf("stripes", 0, "measuring")).size).toBe(2);
});
