// What a folder or a manifest of image files holds, before anybody has decided how it is split.

import type { Split, Task } from "../dataset.ts";

export type SplitName = "train" | "validation" | "test";

export type Collection = {
  task: Task;
  /** Sorted: by number where all of them are whole numbers, by code unit otherwise. */
  classes: string[];
  /** Hex SHA-256 of what `sha256sum` prints for the files in order of their paths; of the manifest too where there is one. */
  sha256: string;
  /** By the split that the folder or the manifest states, `unsplit` where it states none. */
  splits: Partial<Record<SplitName | "unsplit", Split>>;
  /** Files that are no images by their name. */
  ignoredFiles: number;
};

/** Labels are one byte each. */
export const MAX_CLASSES = 256;

/** The words for a split in folders and manifests. */
export const SPLIT_WORDS: ReadonlyMap<string, SplitName> = new Map([
  ["train", "train"],
  ["val", "validation"],
  ["validation", "validation"],
  ["test", "test"],
]);

export function sortClasses(names: Iterable<string>): string[] {
  const unique = [...new Set(names)];
  if (unique.every((name) => /^\d{1,9}$/.test(name))) return unique.toSorted((a, b) => Number(a) - Number(b));
  return unique.toSorted();
}
