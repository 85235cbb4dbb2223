// A manifest of image files beside or above the images: `.csv` or `.jsonl`. Paths are relative to it, and nothing outside
// its folder is read, neither by name nor through a symbolic link.

import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { fromUtf8 } from "../../../src/base/bytes.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { DecodeImage } from "../../../src/image/decode-image.ts";
import type { Task } from "../dataset.ts";
import { MAX_CLASSES, SPLIT_WORDS, sortClasses, type Collection } from "./collection.ts";
import { digestFiles, toFileSplit, type LabelledFile } from "./file-split.ts";
import { digestFile } from "./image-file.ts";
import { parseCsvRows, parseJsonRows, type ManifestRow } from "./manifest-rows.ts";

export type ManifestReason = "data_missing" | "manifest_invalid";

/** A million rows of 64 bytes. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

export async function readImageManifest(
  path: string,
  decodeImage: DecodeImage,
): Promise<Result<Collection, Failure<ManifestReason>>> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return fail("data_missing", `${path} is not there`);
  if (stats.size > MAX_MANIFEST_BYTES)
    return fail("manifest_invalid", `${path}: ${stats.size} bytes, more than ${MAX_MANIFEST_BYTES}`);
  const bytes = new Uint8Array(await readFile(path));
  const text = fromUtf8(bytes);
  if (text === undefined) return fail("manifest_invalid", `${path}: not UTF-8`);
  const parsed = path.toLowerCase().endsWith(".csv") ? parseCsvRows(text, path) : parseJsonRows(text, path);
  if (!parsed.ok) return parsed;
  const { rows, hasManyLabels } = parsed.value;

  const classes = sortClasses(rows.flatMap(({ labels }) => labels));
  if (rows.length === 0) return fail("manifest_invalid", `${path}: no rows`);
  if (classes.length > MAX_CLASSES)
    return fail("manifest_invalid", `${path}: ${classes.length} classes, more than ${MAX_CLASSES}`);
  const task: Task = hasManyLabels ? "multilabel" : classes.length === 2 ? "binary" : "multiclass";
  const consistent = checkRows(rows, path);
  if (!consistent.ok) return consistent;

  const root = dirname(path);
  const realRoot = await realpath(root);
  const bySplit: Partial<Record<keyof Collection["splits"], LabelledFile[]>> = {};
  const all: { name: string; sha256: string }[] = [{ name: relative(root, path), sha256: await sha256Hex(bytes) }];
  for (const row of rows) {
    const file = await findFile(row, root, realRoot);
    if (typeof file === "string") return fail("manifest_invalid", `${path}: line ${row.line}: ${file}`);
    const labels = hasManyLabels
      ? classes.map((name) => Number(row.labels.includes(name)))
      : [classes.indexOf(row.labels[0])];
    (bySplit[SPLIT_WORDS.get(row.split) ?? "unsplit"] ??= []).push({
      ...file,
      labels,
      ...(row.group && { group: row.group }),
    });
    all.push(file);
  }
  const splits: Collection["splits"] = {};
  for (const [split, files] of Object.entries(bySplit))
    splits[split as keyof typeof splits] = toFileSplit(files, decodeImage);
  return ok({ task, classes, sha256: await digestFiles(all), splits, ignoredFiles: 0 });
}

/** What rows say, by themselves and together. */
function checkRows(rows: readonly ManifestRow[], path: string): Result<null, Failure<"manifest_invalid">> {
  const lines = new Map<string, number>();
  const hasSplit = rows[0].split !== "";
  for (const row of rows) {
    const invalid = (what: string) => fail("manifest_invalid", `${path}: line ${row.line}: ${what}`);
    const earlier = lines.get(row.path);
    if (earlier !== undefined) return invalid(`the path of line ${earlier} again`);
    lines.set(row.path, row.line);
    if (row.labels.includes("")) return invalid("an empty label");
    if (new Set(row.labels).size !== row.labels.length) return invalid("a label that stands there twice");
    if ((row.split !== "") !== hasSplit) return invalid("a split in some rows and none in others");
    if (hasSplit && !SPLIT_WORDS.has(row.split)) return invalid("the split is none of train, val and test");
  }
  return ok(null);
}

/** The row's file, or what is wrong with it. */
async function findFile(row: ManifestRow, root: string, realRoot: string) {
  const path = join(root, row.path);
  const inside = (from: string, to: string) => {
    const way = relative(from, to);
    return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  if (row.path.includes("\0") || isAbsolute(row.path) || !inside(root, path))
    return "a path outside the manifest's folder";
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return "no such file";
  if (!inside(realRoot, real)) return "a link to a file outside the manifest's folder";
  if (!(await stat(real)).isFile()) return "not a file";
  const sha256 = await digestFile(real);
  if (sha256 === undefined) return "a file that cannot be read";
  return { path: real, name: relative(root, path).split(sep).join("/"), sha256 };
}
