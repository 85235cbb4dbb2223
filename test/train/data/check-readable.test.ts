import { expect, test } from "vitest";
import { fail, ok } from "../../../src/base/result.ts";
import { checkReadable } from "../../../train/data/check-readable.ts";
import { classesOf } from "../../../train/data/classes-of.ts";
import type { Split } from "../../../train/data/dataset.ts";

const pixels = ok({ width: 1, height: 1, channels: 1 as const, data: Uint8Array.of(1), maxValue: 255 as const });
const split = (damaged: number): Split => ({
  count: 3,
  labels: Uint8Array.of(0, 1, 2),
  nameOf: (index) => `${index}.png`,
  read: async (index) => (index === damaged ? fail("truncated", "it ends early") : pixels),
});

test("reads every image, and names the first that is damaged", async () => {
  expect(await checkReadable(split(-1))).toEqual({ ok: true, value: null });
  expect(await checkReadable(split(2))).toEqual({
    ok: false,
    error: { reason: "truncated", detail: "image 2.png: it ends early" },
  });
});

test("one class an image, or those of its row", () => {
  expect(classesOf(split(-1), "multiclass", 2)).toEqual([2]);
  const rows = { count: 2, labels: Uint8Array.of(1, 0, 1, 0, 0, 0) };
  expect(classesOf(rows, "multilabel", 0)).toEqual([0, 2]);
  expect(classesOf(rows, "multilabel", 1)).toEqual([]);
  expect(classesOf({ count: 1, labels: Uint8Array.of(1) }, "multilabel", 0)).toEqual([0]);
});
