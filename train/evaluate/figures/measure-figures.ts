// The figures of a classifier, over all images and for each label against the rest. Those whose intervals come from the
// bootstrap share its resamples.

import { toCalibrationPairs, type CalibrationPairs } from "./calibration-pairs.ts";
import { countConfusion } from "./confusion.ts";
import { toAucFigure } from "../metrics/ranking/auc-figure.ts";
import { averagePrecision } from "../metrics/ranking/average-precision.ts";
import { toBootstrapFigures } from "../metrics/uncertainty/bootstrap-figures.ts";
import { brierParts, meanOf } from "../metrics/brier-score.ts";
import { expectedCalibrationError, toReliabilityBins } from "../metrics/calibration-error.ts";
import { cohensKappa } from "../metrics/cohens-kappa.ts";
import { toShare, type Figure } from "../metrics/figure.ts";
import { balancedAccuracy, f1, macroF1 } from "../metrics/matrix-figures.ts";
import { rankScores, type Weights } from "../metrics/ranking/ranking.ts";
import { rocAuc } from "../metrics/ranking/roc-auc.ts";
import type { Outcomes } from "../outcomes.ts";

type OverallName =
  | "balancedAccuracy"
  | "macroAuc"
  | "macroAveragePrecision"
  | "macroF1"
  | "kappa"
  | "quadraticKappa"
  | "brier"
  | "brierBeforeCalibration"
  | "calibrationError"
  | "calibrationErrorBeforeCalibration";

/** A figure that does not fit the task is absent. */
export type OverallFigures = Partial<Record<OverallName, Figure>>;

export type DetectionFigures = Record<
  "auc" | "averagePrecision" | "sensitivity" | "specificity" | "ppv" | "npv" | "f1",
  Figure
> & { label: string; support: number };

export type MeasureOptions = {
  seed: number;
  /** The labels are grades in their order, so that a near miss counts less. */
  ordinal?: boolean;
  groups?: readonly string[] | undefined;
};

export function measureFigures(
  outcomes: Outcomes,
  { seed, ordinal = false, groups }: MeasureOptions,
): { overall: OverallFigures; detection: DetectionFigures[] } {
  const { detected, isTrue, probabilities, rawProbabilities } = outcomes;
  const rankings = detected.map((label) => rankScores(probabilities[label], isTrue[label]));
  const calibrated = toCalibrationStatistics(outcomes, probabilities);
  const raw = toCalibrationStatistics(outcomes, rawProbabilities);

  const figures = toBootstrapFigures<string>({ strata: outcomes.truth, groups }, seed, (weights) => {
    const precisions = rankings.map((ranking) => averagePrecision(ranking, weights));
    return {
      ...agreement(outcomes, ordinal, weights),
      macroAuc: meanDefined(rankings.map((ranking) => rocAuc(ranking, weights))),
      macroAveragePrecision: meanDefined(precisions),
      brier: calibrated.brier(weights),
      brierBeforeCalibration: raw.brier(weights),
      calibrationError: calibrated.error(weights),
      calibrationErrorBeforeCalibration: raw.error(weights),
      ...Object.fromEntries(precisions.map((value, at) => [`averagePrecision ${at}`, value])),
      ...Object.fromEntries(
        detected.map((label, at) => [`f1 ${at}`, f1(toDetectionMatrix(outcomes, label, weights), 1)]),
      ),
    };
  });
  const detection = detected.map((label, at) => ({
    ...detectionShares(outcomes, label),
    auc: toAucFigure(probabilities[label], isTrue[label]),
    averagePrecision: figures[`averagePrecision ${at}`],
    f1: figures[`f1 ${at}`],
  }));
  const overall = Object.fromEntries(Object.entries(figures).filter(([name]) => !name.includes(" ")));
  return { overall, detection };
}

/** How far answers agree with the truth; labels that do not exclude each other only have their F1. */
function agreement(outcomes: Outcomes, ordinal: boolean, weights: Weights): Record<string, number | undefined> {
  const { task, labels, truth, answer, detected } = outcomes;
  if (task === "multilabel")
    return { macroF1: meanDefined(detected.map((label) => f1(toDetectionMatrix(outcomes, label, weights), 1))) };
  const matrix = countConfusion(truth, answer, labels.length, weights);
  return {
    balancedAccuracy: balancedAccuracy(matrix),
    macroF1: macroF1(matrix),
    kappa: cohensKappa(matrix, "none"),
    ...(ordinal && { quadraticKappa: cohensKappa(matrix, "quadratic") }),
  };
}

const toDetectionMatrix = ({ isTrue, isAnswered }: Outcomes, label: number, weights?: Weights) =>
  countConfusion(isTrue[label], isAnswered[label], 2, weights);

function detectionShares(outcomes: Outcomes, label: number) {
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = toDetectionMatrix(outcomes, label);
  return {
    label: outcomes.labels[label],
    support: truePositives + falseNegatives,
    sensitivity: toShare(truePositives, truePositives + falseNegatives),
    specificity: toShare(trueNegatives, trueNegatives + falsePositives),
    ppv: toShare(truePositives, truePositives + falsePositives),
    npv: toShare(trueNegatives, trueNegatives + falseNegatives),
  };
}

/** The Brier score is over all classes of a multiclass task, and over the stated probability otherwise. */
function toCalibrationStatistics(outcomes: Outcomes, probabilities: readonly Float64Array[]) {
  const pairs = toCalibrationPairs(outcomes, probabilities);
  const parts = outcomes.task === "multiclass" ? brierOfClasses(outcomes, probabilities) : brierOfPairs(pairs);
  const expand = (weights: Weights): Weights =>
    weights && pairs.columns > 1
      ? Uint32Array.from(pairs.stated, (_, at) => weights[Math.floor(at / pairs.columns)])
      : weights;
  return {
    brier: (weights: Weights) => meanOf(parts, weights),
    error: (weights: Weights) =>
      expectedCalibrationError(toReliabilityBins(pairs.stated, pairs.cameTrue, expand(weights))),
  };
}

const brierOfPairs = ({ stated, cameTrue, columns }: CalibrationPairs): Float64Array =>
  brierParts(stated, cameTrue, columns).map((sum) => sum / columns);

function brierOfClasses({ count, isTrue }: Outcomes, probabilities: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    probabilities.reduce((sum, column, label) => sum + (column[i] - isTrue[label][i]) ** 2, 0),
  );
}

function meanDefined(values: readonly (number | undefined)[]): number | undefined {
  const defined = values.filter((value) => value !== undefined);
  return defined.length > 0 ? defined.reduce((sum, value) => sum + value, 0) / defined.length : undefined;
}
