// The data that `edgescope inspect` is pointed at: a known set, a manifest, or a folder.

import { stat } from "node:fs/promises";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../codec-modules.ts";
import { CATALOGUE, type LoadDataset } from "../data/sets/catalogue.ts";
import type { Split, Task } from "../data/dataset.ts";
import { GROUPINGS } from "../data/files/group-of.ts";
import { readImageFolder } from "../data/files/image-folder.ts";
import { readImageManifest } from "../data/files/image-manifest.ts";

export type OpenedData = {
  name: string;
  task: Task;
  classes: string[];
  ordinal?: boolean;
  sha256: string;
  licence?: string;
  citation?: string;
  splits: { name: string; split: Split }[];
  /** Files that are no images by their name. */
  ignoredFiles: number;
};

/** `grouping` is a name in GROUPINGS; known sets and manifests bring their own groups or none. */
export async function openData(
  name: string,
  options: { data?: string; grouping?: string },
  onProgress: Parameters<LoadDataset>[1],
): Promise<Result<OpenedData, Failure<string>>> {
  const load = CATALOGUE.get(name);
  if (load) {
    const dataset = await load(options.data, onProgress);
    if (!dataset.ok) return dataset;
    const { train, validation, test, ...facts } = dataset.value;
    return ok({ ...facts, splits: inOrder({ train, validation, test }), ignoredFiles: 0 });
  }
  const stats = await stat(name).catch(() => undefined);
  if (!stats)
    return fail("data_missing", `${name} is no file, no folder and none of ${[...CATALOGUE.keys()].join(", ")}`);
  const decodeImage = createImageDecoder(await loadCodecModules());
  const collection = stats.isDirectory()
    ? await readImageFolder(name, decodeImage, GROUPINGS.get(options.grouping ?? ""))
    : await readImageManifest(name, decodeImage);
  if (!collection.ok) return collection;
  return ok({ name, ...collection.value, splits: inOrder(collection.value.splits) });
}

function inOrder(splits: Record<string, Split | undefined>): OpenedData["splits"] {
  return ["train", "validation", "test", "unsplit"].flatMap((name) => {
    const split = splits[name];
    return split ? [{ name, split }] : [];
  });
}
