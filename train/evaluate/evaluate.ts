// Evaluates a model on labelled images the way it is used: each is encoded as PNG and goes through src/predict.ts.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Verdict } from "../../src/decision/decide.ts";
import type { ReadImage } from "../../src/image/read-image.ts";
import type { Model } from "../../src/model/model.ts";
import type { Split } from "../data/dataset.ts";
import { reportCalibration } from "./reports/calibration-report.ts";
import { CORRUPTION_PASSES, reportCorruptions } from "./reports/corruption-report.ts";
import { toCurvePoints } from "./figures/curve-points.ts";
import type { Evaluation } from "./evaluation.ts";
import { toHeadline } from "./headline.ts";
import { measureFigures, type MeasureOptions } from "./figures/measure-figures.ts";
import { METHODS } from "./methods.ts";
import { reportOperatingPoints } from "./reports/operating-report.ts";
import { toOutcomes } from "./outcomes.ts";
import { collectPredictions, type PredictionsOptions, type PredictionsReason } from "./predictions.ts";
import { sampleIndices } from "./images/sample-indices.ts";
import { reportSelective } from "./reports/selective-report.ts";
import { reportStrangers } from "./reports/stranger-report.ts";
import { reportSubgroups } from "./reports/subgroup-report.ts";

export type Evaluated = { evaluation: Evaluation; verdicts: Verdict[] };

type Images = Pick<Split, "count" | "nameOf" | "read">;

export type EvaluateOptions = Omit<MeasureOptions, "groups"> & {
  /** Sets of images that the model was not made for, by name. */
  strangers?: ReadonlyMap<string, Images>;
  /** How many images are damaged to see what that does; none when 0. */
  corrupted: number;
  onProgress: (done: number, total: number) => void;
};

/** The images of `test` must not have been seen in training. */
export async function evaluate(
  model: Model,
  test: Split,
  dataset: { name: string; sha256: string },
  readImage: ReadImage,
  options: EvaluateOptions,
): Promise<Result<Evaluated, Failure<PredictionsReason>>> {
  const { manifest } = model;
  const { subgroups } = test;
  const { seed, strangers = new Map<string, Images>(), corrupted, onProgress } = options;
  const sample = sampleIndices(test.count, corrupted, seed);
  const strange = [...strangers.values()].reduce((sum, { count }) => sum + count, 0);
  const total = test.count + strange + CORRUPTION_PASSES * sample.length;
  let done = 0;
  const collect = (images: Images, what: PredictionsOptions = {}) =>
    collectPredictions(model, images, readImage, { ...what, onImage: () => onProgress(++done, total) });

  const predicted = await collect(test);
  if (!predicted.ok) return predicted;
  const verdicts = predicted.value;
  const met = new Map<string, Verdict[]>();
  for (const [name, images] of strangers) {
    const stranger = await collect(images);
    if (!stranger.ok) return stranger;
    met.set(name, stranger.value);
  }
  const columns = test.labels.length / test.count;
  const truth = sample.flatMap((i) => [...test.labels.subarray(i * columns, (i + 1) * columns)]);
  const corruptions =
    sample.length > 0 ? await reportCorruptions(manifest, truth, sample, (what) => collect(test, what)) : undefined;
  if (corruptions && !corruptions.ok) return corruptions;

  const outcomes = toOutcomes(verdicts, test.labels, manifest);
  const measure = { ...options, groups: test.groups };
  const { overall, detection } = measureFigures(outcomes, measure);
  const isMultilabel = manifest.task === "multilabel";
  const gate = manifest.decision.abstention.outOfDistribution?.method ?? "none";
  return ok({
    verdicts,
    evaluation: {
      schemaVersion: 1,
      dataset: {
        ...dataset,
        split: "test",
        images: test.count,
        ...(test.groups && { groups: new Set(test.groups).size }),
      },
      intervals: "Wilson score, 95 %",
      ...toHeadline(outcomes),
      methods: METHODS,
      overall,
      detection,
      curves: toCurvePoints(outcomes),
      calibration: reportCalibration(outcomes, manifest.calibration),
      ...(!isMultilabel && { selective: reportSelective(outcomes, verdicts, measure) }),
      operatingPoints: reportOperatingPoints(manifest, detection),
      ...(subgroups && { subgroups: reportSubgroups(outcomes, subgroups) }),
      ...(met.size > 0 && { outOfDistribution: reportStrangers(gate, verdicts, met) }),
      ...(corruptions && { corruptions: corruptions.value }),
    },
  });
}
