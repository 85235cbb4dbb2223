// `edgescope evaluate`: how good is this bundle on these images? Leaves `evaluation.json` and a page to look at.

import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import { loadCodecModules } from "../../codec-modules.ts";
import type { Split } from "../../data/dataset.ts";
import { evaluate } from "../../evaluate/evaluate.ts";
import { sampleIndices } from "../../evaluate/images/sample-indices.ts";
import type { SubgroupRow } from "../../evaluate/reports/subgroup-report.ts";
import { STRANGE_KINDS, strangeImages } from "../../evaluate/images/strange-images.ts";
import { createProgressLine } from "../../fit/progress.ts";
import { openData } from "../../inspect/open-data.ts";
import { formatFigure, formatProportion } from "../../pack/format-figure.ts";
import { toReadableJson } from "../../pack/readable-json.ts";
import { findMistakes } from "../../report/find-mistakes.ts";
import { toReportPage } from "../../report/report-page.ts";
import { readTrainingHistory } from "../../report/training-history.ts";
import { alignColumns } from "../align-columns.ts";
import { openBundle } from "./open-bundle.ts";
import { openTestImages, type DataOptions } from "./open-test-images.ts";

export type EvaluateFlags = DataOptions & {
  out?: string;
  history?: string;
  /** Names or folders of data that the model was not made for. */
  stranger: string[];
  corrupted: number;
  ordinal: boolean;
  seed: number;
};

const MISTAKES = 24;
const STRANGERS_A_SET = 300;

export async function evaluateBundle(
  folder: string,
  flags: EvaluateFlags,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const history = flags.history === undefined ? undefined : await readTrainingHistory(flags.history);
  if (history && !history.ok) return history;
  const opened = await openBundle(folder);
  if (!opened.ok) return opened;
  const model = opened.value;
  const { manifest, digest } = model;
  const data = await openTestImages(manifest, flags, output);
  if (!data.ok) return data;
  const strangers = await openStrangers(flags.stranger, flags.seed, manifest.input);
  if (!strangers.ok) return strangers;

  const { images, dataset, ordinal } = data.value;
  const progress = createProgressLine("evaluate", output, () => performance.now());
  const evaluated = await evaluate(model, images, dataset, createImageReader(await loadCodecModules()), {
    seed: flags.seed,
    ordinal: ordinal || flags.ordinal,
    strangers: strangers.value,
    corrupted: flags.corrupted,
    onProgress: (done, total) => progress.update(done / total, `${done} of ${total} predictions`),
  });
  if (!evaluated.ok) return evaluated;
  const { evaluation, verdicts } = evaluated.value;
  progress.end(`${images.count} test images`);

  const mistakes = await findMistakes(manifest, images, verdicts, MISTAKES);
  const out = flags.out ?? join(".edgescope", "reports", `${manifest.name}-${manifest.version}`);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "evaluation.json"), toReadableJson(evaluation));
  const report = { manifest, digest, evaluation, mistakes, history: history?.value };
  await writeFile(join(out, "report.html"), toReportPage(report));
  output.write(`accuracy ${formatProportion(evaluation.accuracy)}, AUC ${formatFigure(evaluation.overall.macroAuc)}\n`);
  if (evaluation.subgroups) output.write(toSubgroupTable(evaluation.subgroups));
  output.write(`${join(out, "report.html")} shows images of the data set: keep it where the data may be\n`);
  return ok(null);
}

function toSubgroupTable(subgroups: readonly SubgroupRow[]): string {
  const rows = subgroups.map(({ name, images, accuracy }) => [name, String(images), formatProportion(accuracy)]);
  return alignColumns([["part", "images", "accuracy"], ...rows]);
}

/** Generated images, and some of each set that is named. */
async function openStrangers(
  sets: readonly string[],
  seed: number,
  input: Parameters<typeof strangeImages>[1],
): Promise<Result<Map<string, Pick<Split, "count" | "nameOf" | "read">>, Failure<string>>> {
  const strangers = new Map<string, Pick<Split, "count" | "nameOf" | "read">>(
    STRANGE_KINDS.map((kind) => [kind, strangeImages(kind, input, STRANGERS_A_SET, "measuring")]),
  );
  for (const given of sets) {
    const [set, data] = given.split("=", 2);
    const opened = await openData(set, data === undefined ? {} : { data }, () => undefined);
    if (!opened.ok) return opened;
    const split = opened.value.splits.at(-1)?.split;
    if (!split) continue;
    const indices = sampleIndices(split.count, STRANGERS_A_SET, seed);
    strangers.set(basename(set), {
      count: indices.length,
      nameOf: (index) => split.nameOf(indices[index]),
      read: (index, spec) => split.read(indices[index], spec),
    });
  }
  return ok(strangers);
}
