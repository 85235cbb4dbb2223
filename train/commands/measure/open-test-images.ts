// The images that a model is measured on, with their labels in the model's own order.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import type { Split } from "../../data/dataset.ts";
import { createProgressLine, type ProgressLine } from "../../fit/progress.ts";
import { openData } from "../../inspect/open-data.ts";

/** `set` is the name of a known data set, a folder or a manifest; the data set that the bundle names when absent. */
export type DataOptions = { set?: string; data?: string; grouping?: string };

export type TestImages = { dataset: { name: string; sha256: string }; images: Split; ordinal: boolean };

/** Takes the test split, or all images of data that have none. */
export async function openTestImages(
  { task, labels, training }: Pick<Manifest, "task" | "labels" | "training">,
  { set = training.dataset.name, ...options }: DataOptions,
  output: NodeJS.WriteStream,
): Promise<Result<TestImages, Failure<string>>> {
  let download: { file: string; bar: ProgressLine } | undefined;
  const opened = await openData(set, options, (file, received, total) => {
    if (download?.file !== file)
      download = { file, bar: createProgressLine(`download ${file}`, output, () => performance.now()) };
    download.bar.update(total ? received / total : 0, `${(received / 1e6).toFixed(1)} MB`);
  });
  if (!opened.ok) return opened;
  const { name, sha256, classes, splits, ordinal = false } = opened.value;
  const split = splits.find((named) => named.name === "test") ?? splits.find((named) => named.name === "unsplit");
  if (!split) return fail("split_missing", `${set} has no test images`);
  const names = labels.map((label) => label.name);
  const missing = classes.find((label) => !names.includes(label));
  if (missing !== undefined)
    return fail("labels_differ", `${set} has the class ${missing}, which the model does not know`);
  const relabelled = relabel(split.split, task, classes, names);
  return ok({ dataset: { name, sha256 }, images: { ...split.split, labels: relabelled }, ordinal });
}

function relabel(
  { labels, count }: Split,
  task: Manifest["task"],
  classes: readonly string[],
  names: readonly string[],
): Uint8Array<ArrayBuffer> {
  const indexOf = classes.map((label) => names.indexOf(label));
  if (task !== "multilabel") return labels.map((label) => indexOf[label]);
  const rows = new Uint8Array(count * names.length);
  labels.forEach((value, at) => {
    rows[Math.floor(at / classes.length) * names.length + indexOf[at % classes.length]] = value;
  });
  return rows;
}
