// A folder of images by class, `DIR/<class>/*`, or by split and class, `DIR/<split>/<class>/*` with train, val and test.
// It is taken as it is or refused: no image is left out because it stands in an unexpected place.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { DecodeImage } from "../../../src/image/decode-image.ts";
import { MAX_CLASSES, SPLIT_WORDS, sortClasses, type Collection } from "./collection.ts";
import { digestFiles, toFileSplit, type LabelledFile } from "./file-split.ts";
import type { Grouping } from "./group-of.ts";
import { digestFile } from "./image-file.ts";

export type FolderReason = "data_missing" | "folder_invalid";

/** What a decoder here may know; what it does not know is reported when it is read, and not passed over. */
const IMAGE_NAME = /\.(png|jpe?g|webp)$/i;
const MAX_IMAGES = 1_000_000;

type Listed = { split: string; label: string; names: string[] };

/** Symbolic links inside `root` are refused: what they point to is not pinned by the folder. */
export async function readImageFolder(
  root: string,
  decodeImage: DecodeImage,
  grouping?: Grouping,
): Promise<Result<Collection, Failure<FolderReason>>> {
  const listed = await listClasses(root);
  if (!listed.ok) return listed;
  const { folders, ignoredFiles } = listed.value;
  const classes = sortClasses(folders.map(({ label }) => label));
  if (classes.length > MAX_CLASSES)
    return fail("folder_invalid", `${root}: ${classes.length} classes, more than ${MAX_CLASSES}`);

  const bySplit: Partial<Record<keyof Collection["splits"], LabelledFile[]>> = {};
  const all: LabelledFile[] = [];
  for (const { split, label, names } of folders) {
    for (const fileName of names) {
      const name = [split, label, fileName].filter(Boolean).join("/");
      const path = join(root, split, label, fileName);
      const sha256 = await digestFile(path);
      if (sha256 === undefined) return fail("data_missing", `${path} cannot be read`);
      const group = grouping?.groupOf(fileName);
      const subgroup = grouping?.subgroupOf?.(fileName);
      const file = {
        path,
        name,
        sha256,
        labels: [classes.indexOf(label)],
        ...(group !== undefined && { group }),
        ...(subgroup !== undefined && { subgroup }),
      };
      (bySplit[SPLIT_WORDS.get(split) ?? "unsplit"] ??= []).push(file);
      all.push(file);
      if (all.length > MAX_IMAGES) return fail("folder_invalid", `${root}: more than ${MAX_IMAGES} images`);
    }
  }
  if (all.length === 0) return fail("folder_invalid", `${root}: no images; they stand in one folder for each class`);
  const splits: Collection["splits"] = {};
  for (const [split, files] of Object.entries(bySplit))
    splits[split as keyof typeof splits] = toFileSplit(files, decodeImage);
  const task = classes.length === 2 ? "binary" : "multiclass";
  return ok({ task, classes, sha256: await digestFiles(all), splits, ignoredFiles });
}

async function listClasses(
  root: string,
): Promise<Result<{ folders: Listed[]; ignoredFiles: number }, Failure<FolderReason>>> {
  const top = await list(root);
  if (!top.ok) return top;
  const splitNames = top.value.folders.filter((name) => SPLIT_WORDS.has(name));
  if (splitNames.length > 0 && splitNames.length < top.value.folders.length)
    return fail("folder_invalid", `${root} has folders of splits (train, val, test) and others side by side`);
  let ignoredFiles = top.value.ignored + top.value.images.length;
  const folders: Listed[] = [];
  for (const split of splitNames.length > 0 ? splitNames : [""]) {
    const labels = await list(join(root, split));
    if (!labels.ok) return labels;
    if (split !== "") ignoredFiles += labels.value.ignored + labels.value.images.length;
    for (const label of labels.value.folders) {
      const inside = await list(join(root, split, label));
      if (!inside.ok) return inside;
      if (inside.value.folders.length > 0)
        return fail(
          "folder_invalid",
          `${join(root, split, label)}: holds folders; images stand directly in their class's`,
        );
      ignoredFiles += inside.value.ignored;
      folders.push({ split, label, names: inside.value.images });
    }
  }
  return ok({ folders, ignoredFiles });
}

/** Names in order of their code units; hidden files and folders count as ignored. */
async function list(
  folder: string,
): Promise<Result<{ folders: string[]; images: string[]; ignored: number }, Failure<FolderReason>>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return fail("data_missing", `${folder} is not a folder that can be read`);
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link) return fail("folder_invalid", `${join(folder, link.name)} is a symbolic link`);
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  const folders = visible.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const images = visible.filter((entry) => entry.isFile() && IMAGE_NAME.test(entry.name)).map(({ name }) => name);
  const ignored = entries.length - folders.length - images.length;
  return ok({ folders: folders.toSorted(), images: images.toSorted(), ignored });
}
