// `edgescope compare`: is bundle B better than bundle A on the same images, or is that not shown?

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import type { Model } from "../../../src/model/model.ts";
import { loadCodecModules } from "../../codec-modules.ts";
import { compareOutcomes, type Difference } from "../../evaluate/figures/compare-outcomes.ts";
import { toOutcomes, type Outcomes } from "../../evaluate/outcomes.ts";
import { collectPredictions } from "../../evaluate/predictions.ts";
import { createProgressLine } from "../../fit/progress.ts";
import { alignColumns } from "../align-columns.ts";
import { openBundle } from "./open-bundle.ts";
import { openTestImages, type DataOptions, type TestImages } from "./open-test-images.ts";
import { timeInTurns } from "./time-in-turns.ts";

export async function compareBundles(
  folders: [a: string, b: string],
  flags: DataOptions & { seed: number },
  output: NodeJS.WriteStream,
): Promise<Result<Difference[], Failure<string>>> {
  const [a, b] = [await openBundle(folders[0]), await openBundle(folders[1])];
  if (!a.ok) return a;
  if (!b.ok) return b;
  const [namesA, namesB] = [a.value, b.value].map(({ manifest }) => manifest.labels.map(({ name }) => name).join("\n"));
  if (a.value.manifest.task !== b.value.manifest.task || namesA !== namesB)
    return fail("labels_differ", "the bundles have other tasks or labels and cannot be compared");
  const data = await openTestImages(a.value.manifest, flags, output);
  if (!data.ok) return data;
  const outcomes: Outcomes[] = [];
  for (const model of [a.value, b.value]) {
    const judged = await judge(model, data.value, output);
    if (!judged.ok) return judged;
    outcomes.push(judged.value);
  }
  const { groups } = data.value.images;
  const differences = compareOutcomes(outcomes[0], outcomes[1], { seed: flags.seed, groups });
  output.write(toTable(differences));
  output.write("B against A, each figure for itself at 95 %; nothing corrects for there being several.\n");
  const [msOfA, msOfB] = timeInTurns([a.value, b.value], () => performance.now());
  output.write(`${describeTimes(msOfA, msOfB)}\n`);
  return ok(differences);
}

async function judge(
  model: Model,
  { images }: TestImages,
  output: NodeJS.WriteStream,
): Promise<Result<Outcomes, Failure<string>>> {
  const { manifest } = model;
  const progress = createProgressLine(`${manifest.name} ${manifest.version}`, output, () => performance.now());
  const readImage = createImageReader(await loadCodecModules());
  const onImage = (done: number) => progress.update(done / images.count, `${done} of ${images.count} images`);
  const verdicts = await collectPredictions(model, images, readImage, { onImage });
  if (!verdicts.ok) return verdicts;
  progress.end(`${images.count} images`);
  return ok(toOutcomes(verdicts.value, images.labels, manifest));
}

const describeTimes = (a: number, b: number): string =>
  `One inference, by turns: A ${a.toFixed(3)} ms, B ${b.toFixed(3)} ms, A / B ${(a / b).toFixed(2)}.`;

function toTable(differences: readonly Difference[]): string {
  const rows = differences.map(({ figure, a, b, interval95: [low, high], method, p, verdict }) => [
    figure,
    a.toFixed(4),
    b.toFixed(4),
    `${(b - a).toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
    p === undefined ? "" : p < 0.0001 ? "< 0.0001" : p.toFixed(4),
    method,
    verdict,
  ]);
  return alignColumns([["figure", "A", "B", "difference", "p", "method", "B is"], ...rows]);
}
