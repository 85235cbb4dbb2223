// Labelled image files as a split, and the digest that pins them.

import { sha256Hex } from "../../../src/base/sha256.ts";
import { toUtf8 } from "../../../src/base/bytes.ts";
import type { DecodeImage } from "../../../src/image/decode-image.ts";
import type { ImageFile, Split } from "../dataset.ts";
import { readImageFile } from "./image-file.ts";

/** `labels` has one class index, or for multilabel a 0 or 1 for each class. */
export type LabelledFile = ImageFile & { labels: number[]; group?: string; subgroup?: string };

/** What a file whose name does not say it belongs to is called. */
const OTHER = "other";

/** A file whose group is not known stands in one of its own; where no group is known there are none. */
export function toFileSplit(files: readonly LabelledFile[], decodeImage: DecodeImage): Split {
  const hasGroups = files.some(({ group }) => group !== undefined);
  const hasSubgroups = files.some(({ subgroup }) => subgroup !== undefined);
  return {
    count: files.length,
    labels: Uint8Array.from(files.flatMap(({ labels }) => labels)),
    ...(hasGroups && { groups: files.map(({ group, name }) => group ?? `file ${name}`) }),
    ...(hasSubgroups && { subgroups: files.map(({ subgroup = OTHER }) => subgroup) }),
    nameOf: (index) => files[index].name,
    files: files.map(({ path, name, sha256 }) => ({ path, name, sha256 })),
    read: (index, input) => readImageFile(files[index], decodeImage, input),
  };
}

/** Hex SHA-256 of the lines that `sha256sum` would print, in order of the names' code units. */
export async function digestFiles(files: readonly { name: string; sha256: string }[]): Promise<string> {
  const lines = files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return sha256Hex(toUtf8(lines.join("")));
}
