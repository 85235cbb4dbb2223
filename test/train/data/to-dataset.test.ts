// A collection becomes a data set: stated splits stay, missing ones are taken by group.

import { expect, test } from "vitest";
import type { Split } from "../../../train/data/dataset.ts";
import type { Collection } from "../../../train/data/files/collection.ts";
import { toDataset } from "../../../train/data/to-dataset.ts";

const facts = { name: "cells", licence: "CC0", citation: "nobody" };
const sharing = { validation: 0.2, test: 0.2, seed: 1 };

/** Images of alternating class, two a group. */
const split = (count: number): Split => ({
  count,
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
  groups: Array.from({ length: count }, (_, i) => `g${Math.floor(i / 2)}`),
  nameOf: String,
  read: () => Promise.reject(new Error("not read here")),
});
const collection = (splits: Collection["splits"], classes = ["a", "b"]): Collection => ({
  task: "binary",
  classes,
  sha256: "0".repeat(64),
  splits,
  ignoredFiles: 0,
});

test.each([
  ["everything is split where nothing is", { unsplit: split(100) }, [60, 20, 20]],
  ["validation is taken from training", { train: split(100), test: split(10) }, [80, 20, 10]],
  ["testing is taken from training", { train: split(100), validation: split(10) }, [80, 10, 20]],
  ["what is stated stays", { train: split(100), validation: split(10), test: split(30) }, [100, 10, 30]],
])("%s", (_what, splits, counts) => {
  const dataset = toDataset(collection(splits), facts, sharing);
  if (!dataset.ok) throw new Error(dataset.error.detail);
  const { train, validation, test: held } = dataset.value;
  expect([train.count, validation?.count, held.count]).toEqual(counts);
  expect(dataset.value.validationShare).toBe("validation" in splits ? undefined : 0.2);
  if ("unsplit" in splits) expect(train.groups?.filter((group) => held.groups?.includes(group))).toEqual([]);
});

test.each([
  [collection({ test: split(10) }), "cells: there are no training images"],
  [collection({ unsplit: split(2) }), "cells: too few groups to leave any image for validation"],
  [collection({ unsplit: split(100) }, ["a"]), "cells: fewer than two classes"],
])("refuses what cannot be split", (impossible, detail) => {
  expect(toDataset(impossible, facts, sharing)).toEqual({ ok: false, error: { reason: "split_impossible", detail } });
});
