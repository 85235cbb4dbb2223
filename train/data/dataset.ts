// A data set: labelled images in their splits, as they were decoded. Nothing is scaled before preprocessing.

import type { Failure, Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { DecodeReason } from "../../src/image/decode-image.ts";
import type { Pixels } from "../../src/image/pixels.ts";

/** `binary` and `multiclass` images have one class of two or of more; `multilabel` ones any number of them. */
export type Task = "binary" | "multiclass" | "multilabel";

/** Why one image could not be read; a set in memory never fails. */
export type ReadReason = DecodeReason | "file_unreadable" | "file_too_large" | "file_changed";

/** `path` is where the file lies; `name` is its path in the data set, with `/` on every system. */
export type ImageFile = { path: string; name: string; sha256: string };

/** Labelled images of one split; images are decoded when asked for. */
export type Split = {
  count: number;
  /** One class index an image; for multilabel, count x classes of 0 or 1. */
  labels: Uint8Array<ArrayBuffer>;
  /** Patient or source of each image where it is known: no group may stand on two sides of a split. */
  groups?: readonly string[];
  /** The part of the whole that each image belongs to, where it is known: an attribute that may be published, never a patient. */
  subgroups?: readonly string[];
  /** Name of each image for reports (file name or index); never published. */
  nameOf: (index: number) => string;
  /** Where each image lies in a file of its own, so that other threads can read it as `read` does. */
  files?: readonly ImageFile[];
  /** Whole, or no larger than this input has a use for: what a caller's file is read as. */
  read: (index: number, input?: InputSpec) => Promise<Result<Pixels, Failure<ReadReason>>>;
};

export type Dataset = {
  name: string;
  /** Hex SHA-256 that pins the content; how it is made stands with each loader. */
  sha256: string;
  licence: string;
  citation: string;
  task: Task;
  classes: string[];
  /** The classes are grades in their order. */
  ordinal?: boolean;
  train: Split;
  /** Absent where neither the set nor its loader splits it off. */
  validation?: Split;
  /** What the loader took from the set's own training images for `validation`; absent where the set has it of its own. */
  validationShare?: number;
  test: Split;
};
