import { expect, test } from "vitest";
import { classesOf } from "../../../train/data/classes-of.ts";

test("one class an image, or those of its row", () => {
  expect(classesOf({ count: 3, labels: Uint8Array.of(0, 1, 2) }, "multiclass", 2)).toEqual([2]);
  const rows = { count: 2, labels: Uint8Array.of(1, 0, 1, 0, 0, 0) };
  expect(classesOf(rows, "multilabel", 0)).toEqual([0, 2]);
  expect(classesOf(rows, "multilabel", 1)).toEqual([]);
  expect(classesOf({ count: 1, labels: Uint8Array.of(1) }, "multilabel", 0)).toEqual([0]);
});
