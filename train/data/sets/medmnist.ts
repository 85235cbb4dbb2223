// A set of MedMNIST v2 (28 pixels) from a folder or from Zenodo, pinned by the published MD5.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { cachePath } from "./cache-path.ts";
import type { Dataset, Split } from "../dataset.ts";
import { downloadFile, type DownloadProgress } from "./download.ts";
import { toSplit } from "../images-in-memory.ts";
import { MEDMNIST_SETS, type MedMnistName, type MedMnistSet } from "./medmnist-sets.ts";
import { readLabels } from "../npz/read-labels.ts";
import type { Npy } from "../npz/npy.ts";
import { readNpz, type NpzReason } from "../npz/npz.ts";

export type MedMnistReason = NpzReason | "data_missing" | "digest_mismatch" | "data_invalid";

const RECORD = "https://zenodo.org/records/10519652/files/";
/** The largest, PathMNIST, has 206 MB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MEDMNIST = "J. Yang et al., MedMNIST v2, Scientific Data 10 (2023), doi:10.1038/s41597-022-01721-8";
const ARRAYS = ["train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"] as const;

/** Reads `<name>.npz` from `dataDir` when it is given, and downloads it otherwise. The data set's digest is the file's. */
export async function loadMedMnist(
  name: MedMnistName,
  dataDir: string | undefined,
  onProgress: (file: string, ...progress: Parameters<DownloadProgress>) => void,
): Promise<Result<Dataset, Failure<MedMnistReason>>> {
  const set: MedMnistSet = MEDMNIST_SETS[name];
  const file = `${name}.npz`;
  const path = dataDir === undefined ? cachePath("medmnist", file) : join(dataDir, file);
  if (dataDir === undefined) {
    const downloaded = await downloadFile([RECORD + file], path, MAX_FILE_BYTES, (...p) => onProgress(file, ...p));
    if (!downloaded.ok) {
      const { detail } = downloaded.error;
      const sentence = `${file} could not be downloaded (${detail}). Fetch it elsewhere and name its folder with --data DIR.`;
      return fail("data_missing", sentence);
    }
  }
  const sha256 = await checkFile(path, set.md5);
  if (!sha256.ok) {
    // A damaged download would otherwise stand in the way of the next one.
    if (dataDir === undefined) await rm(path, { force: true });
    return sha256;
  }
  const arrays = await readNpz(path, ARRAYS);
  if (!arrays.ok) return arrays;
  const read = (part: "train" | "val" | "test") =>
    toPart(arrays.value[`${part}_images`], arrays.value[`${part}_labels`], set, `${path}: ${part}`);
  const [train, validation, test] = [read("train"), read("val"), read("test")];
  if (!train.ok) return train;
  if (!validation.ok) return validation;
  if (!test.ok) return test;
  const { licence, source, task, classes, ordinal } = set;
  return ok({
    name,
    sha256: sha256.value,
    licence,
    citation: `${MEDMNIST}; ${source}`,
    task,
    classes: [...classes],
    ...(ordinal && { ordinal }),
    train: train.value,
    validation: validation.value,
    test: test.value,
  });
}

/** The file's SHA-256, if its MD5 is the published one. */
async function checkFile(
  path: string,
  md5: string,
): Promise<Result<string, Failure<"data_missing" | "digest_mismatch">>> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return fail("data_missing", `${path} is not there`);
  if (stats.size > MAX_FILE_BYTES)
    return fail("digest_mismatch", `${path}: ${stats.size} bytes, more than any file of MedMNIST at 28 pixels has`);
  const published = createHash("md5");
  const pinned = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      published.update(chunk);
      pinned.update(chunk);
    }
  } catch {
    return fail("data_missing", `${path} cannot be read`);
  }
  const digest = published.digest("hex");
  if (digest === md5) return ok(pinned.digest("hex"));
  return fail("digest_mismatch", `${path}: not the published file: its MD5 is ${digest}, expected ${md5}`);
}

function toPart(
  images: Npy,
  labels: Npy,
  { task, classes, channels }: MedMnistSet,
  name: string,
): Result<Split, Failure<"data_invalid">> {
  const { shape, values } = images;
  const [count, height, width] = shape;
  if (
    !(values instanceof Uint8Array) ||
    shape.length !== (channels === 1 ? 3 : 4) ||
    (channels === 3 && shape[3] !== 3)
  )
    return fail("data_invalid", `${name} images: (${shape.join(", ")}), expected bytes with ${channels} channels`);
  const read = readLabels(labels, { count, task, classCount: classes.length }, `${name} labels`);
  return read.ok ? ok(toSplit({ count, height, width, channels, samples: values, labels: read.value })) : read;
}
