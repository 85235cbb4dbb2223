// Makes a data set of a collection: what it does not split itself is split here, by group, class and seed.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Dataset, Split } from "./dataset.ts";
import type { Collection } from "./files/collection.ts";
import { splitIndices, takeImages } from "./split.ts";

/** Fractions of all images (or of the training images, for a split that is taken from them), each from 0 to 1. */
export type Sharing = { validation: number; test: number; seed: number };

/** A split that the collection states stays as it is; the missing ones are taken from its training or unsplit images. */
export function toDataset(
  { task, classes, sha256, splits }: Collection,
  facts: Pick<Dataset, "name" | "licence" | "citation">,
  sharing: Sharing,
): Result<Dataset, Failure<"split_impossible">> {
  if (classes.length < 2) return fail("split_impossible", `${facts.name}: fewer than two classes`);
  const source = splits.train ?? splits.unsplit;
  if (!source) return fail("split_impossible", `${facts.name}: there are no training images`);
  const validationShare = splits.validation ? 0 : sharing.validation;
  const testShare = splits.test ? 0 : sharing.test;
  const fractions = [1 - validationShare - testShare, validationShare, testShare];
  const [train, validation, test] = splitIndices(source, fractions, sharing.seed).map((part) =>
    takeImages(source, part),
  );
  const parts: { train: Split; validation: Split; test: Split } = {
    train,
    validation: splits.validation ?? validation,
    test: splits.test ?? test,
  };
  for (const [part, { count }] of Object.entries(parts))
    if (count === 0) return fail("split_impossible", `${facts.name}: too few groups to leave any image for ${part}`);
  return ok({ ...facts, sha256, task, classes, ...parts, ...(validationShare > 0 && { validationShare }) });
}
