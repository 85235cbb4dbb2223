// MNIST: the official 60,000 training and 10,000 test digits, from a folder or from public mirrors, pinned by digest.

import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { concatBytes, fromHex } from "../../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import { cachePath } from "./cache-path.ts";
import { downloadFile, type DownloadProgress } from "./download.ts";
import type { Dataset } from "../dataset.ts";
import { parseIdx, type Idx } from "./idx.ts";
import { toSplit } from "../images-in-memory.ts";

/** SHA-256 of each file's uncompressed content; the archives differ between mirrors. */
const FILES = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
} as const;

type FileName = keyof typeof FILES;

const MIRRORS = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/** The largest file, the training images, has 47,040,016 bytes. */
const MAX_FILE_BYTES = 48 * 1024 * 1024;

export type DataReason = "data_missing" | "idx_invalid" | "digest_mismatch";

/** Reads from `dataDir` when it is given and downloads otherwise; the folder's files may be gzipped or not. */
export async function loadMnist(
  dataDir: string | undefined,
  onProgress: (file: string, ...progress: Parameters<DownloadProgress>) => void,
): Promise<Result<Dataset, Failure<DataReason>>> {
  const read = new Map<FileName, Idx>();
  for (const name of Object.keys(FILES) as FileName[]) {
    const path = dataDir === undefined ? await download(name, onProgress) : await findFile(dataDir, name);
    if (!path.ok) return path;
    const idx = await readIdx(path.value, name);
    if (!idx.ok) {
      // A damaged download would otherwise stand in the way of the next one.
      if (dataDir === undefined) await rm(path.value, { force: true });
      return idx;
    }
    read.set(name, idx.value);
  }
  const part = (prefix: "train" | "t10k") => {
    const images = read.get(`${prefix}-images-idx3-ubyte`) as Idx;
    const labels = read.get(`${prefix}-labels-idx1-ubyte`) as Idx;
    const [count, height, width] = images.dimensions;
    return toSplit({ count, height, width, channels: 1, samples: images.values, labels: labels.values });
  };
  return ok({
    name: "mnist",
    // Of the concatenated raw digests of the uncompressed files.
    sha256: await sha256Hex(concatBytes(Object.values(FILES).map(fromHex))),
    licence: "CC BY-SA 3.0",
    citation: "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, 1998",
    task: "multiclass",
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    train: part("train"),
    test: part("t10k"),
  });
}

async function findFile(dataDir: string, name: FileName): Promise<Result<string, Failure<"data_missing">>> {
  for (const path of [join(dataDir, name), join(dataDir, `${name}.gz`)]) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) return ok(path);
  }
  return fail("data_missing", `${dataDir} has neither ${name} nor ${name}.gz`);
}

async function download(
  name: FileName,
  onProgress: (file: string, ...progress: Parameters<DownloadProgress>) => void,
): Promise<Result<string, Failure<"data_missing">>> {
  const file = `${name}.gz`;
  const path = cachePath("mnist", file);
  const urls = MIRRORS.map((mirror) => mirror + file);
  const downloaded = await downloadFile(urls, path, MAX_FILE_BYTES, (...progress) => onProgress(file, ...progress));
  if (downloaded.ok) return ok(path);
  return fail(
    "data_missing",
    `${file} could not be downloaded (${downloaded.error.detail}). Fetch the four MNIST files elsewhere and name their folder with --data DIR.`,
  );
}

async function readIdx(path: string, name: FileName): Promise<Result<Idx, Failure<DataReason>>> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES)
    return fail("idx_invalid", `${path}: ${size} bytes, more than any file of this data set has`);
  const stored = await readFile(path);
  const bytes = isGzip(stored) ? gunzip(stored) : new Uint8Array(stored);
  if (!bytes) return fail("idx_invalid", `${path}: offset 0: a gzip stream that cannot be inflated`);
  const idx = parseIdx(bytes, path);
  if (!idx.ok) return idx;
  const digest = await sha256Hex(bytes);
  if (digest === FILES[name]) return idx;
  return fail(
    "digest_mismatch",
    `${path}: not the official ${name}: its content has SHA-256 ${digest}, expected ${FILES[name]}`,
  );
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A stream cut short gives what it has, so that the reader can say at which offset the data ends. */
function gunzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    const options = { maxOutputLength: MAX_FILE_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
    return new Uint8Array(gunzipSync(bytes, options));
  } catch {
    return undefined;
  }
}
