// Figures that depend on the order of scores, against scikit-learn 1.7 (roc_auc_score, average_precision_score).

import { describe, expect, test } from "vitest";
import { averagePrecision } from "../../../../../train/evaluate/metrics/ranking/average-precision.ts";
import {
  toPrecisionRecallPoints,
  toRocPoints,
} from "../../../../../train/evaluate/metrics/ranking/operating-curves.ts";
import { rankScores } from "../../../../../train/evaluate/metrics/ranking/ranking.ts";
import { riskCoverageArea, toRiskCoverage } from "../../../../../train/evaluate/metrics/ranking/risk-coverage.ts";
import { rocAuc } from "../../../../../train/evaluate/metrics/ranking/roc-auc.ts";
import { keepCorners, thinPoints } from "../../../../../train/evaluate/metrics/ranking/thin-points.ts";

const truth = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
const tied = [0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.5, 0.3, 0.3, 0.1];
const untied = [0.8, 0.6, 0.9, 0.4, 0.7, 0.2, 0.6, 0.3, 0.5, 0.4];
const weights = [2, 1, 0, 1, 3, 1, 1, 0, 1, 2];

describe("the area under the ROC curve", () => {
  test("counts ties one half", () => {
    expect(rocAuc(rankScores(tied, truth))).toBeCloseTo(0.7, 12);
    expect(rocAuc(rankScores(untied, truth))).toBeCloseTo(0.76, 12);
  });

  test("counts samples as often as their weight says", () => {
    expect(rocAuc(rankScores(tied, truth), weights)).toBeCloseTo(0.7, 12);
  });

  test.each([
    ["a perfect classifier", [0.1, 0.2, 0.8, 0.9], 1],
    ["the worst one", [0.9, 0.8, 0.2, 0.1], 0],
    ["one that says the same of everything", [0.5, 0.5, 0.5, 0.5], 0.5],
  ])("of %s", (_what, scores, area) => {
    expect(rocAuc(rankScores(scores, [0, 0, 1, 1]))).toBe(area);
  });

  test("is undefined when a class is absent", () => {
    expect(rocAuc(rankScores([0.1, 0.9], [1, 1]))).toBeUndefined();
    expect(rocAuc(rankScores([0.1, 0.9], [0, 0]))).toBeUndefined();
    expect(rocAuc(rankScores([], []))).toBeUndefined();
  });
});

describe("average precision", () => {
  test("is scikit-learn's, ties and weights included", () => {
    expect(averagePrecision(rankScores(tied, truth))).toBeCloseTo(0.708_730_158_730_158_7, 12);
    expect(averagePrecision(rankScores(untied, truth))).toBeCloseTo(0.778_333_333_333_333_3, 12);
    expect(averagePrecision(rankScores(tied, truth), weights)).toBeCloseTo(0.738_888_888_888_888_8, 12);
  });

  test("is 1 for a perfect classifier and the share of positives for a constant one", () => {
    expect(averagePrecision(rankScores([0.1, 0.9], [0, 1]))).toBe(1);
    expect(averagePrecision(rankScores([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 0]))).toBe(0.25);
  });

  test("is undefined without a positive", () => {
    expect(averagePrecision(rankScores([0.1, 0.9], [0, 0]))).toBeUndefined();
  });
});

describe("the points of the curves", () => {
  const ranking = rankScores([0.9, 0.8, 0.8, 0.1], [1, 1, 0, 0]);

  test("have one threshold a distinct score", () => {
    expect(toRocPoints(ranking)).toEqual([
      { threshold: 0.9, sensitivity: 0.5, specificity: 1 },
      { threshold: 0.8, sensitivity: 1, specificity: 0.5 },
      { threshold: 0.1, sensitivity: 1, specificity: 0 },
    ]);
    expect(toPrecisionRecallPoints(ranking)).toEqual([
      { threshold: 0.9, precision: 1, recall: 0.5 },
      { threshold: 0.8, precision: 2 / 3, recall: 1 },
      { threshold: 0.1, precision: 0.5, recall: 1 },
    ]);
  });

  test("are none where a class is absent", () => {
    expect(toRocPoints(rankScores([0.5], [1]))).toEqual([]);
    expect(toPrecisionRecallPoints(rankScores([0.5], [0]))).toEqual([]);
  });

  test("lose those between two others on a line along an axis", () => {
    const stairs = [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 2],
      [3, 2],
      [4, 3],
    ];
    expect(
      keepCorners(
        stairs,
        ([x]) => x,
        ([, y]) => y,
      ),
    ).toEqual([
      [0, 0],
      [0, 2],
      [3, 2],
      [4, 3],
    ]);
  });

  test("thinned keep the first and the last", () => {
    expect(thinPoints([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(thinPoints([1, 2], 3)).toEqual([1, 2]);
  });
});

describe("risk and coverage", () => {
  const ranking = rankScores([0.99, 0.9, 0.9, 0.8, 0.6, 0.5], [0, 0, 1, 0, 1, 1]);

  test("withhold the least confident first, equals together", () => {
    expect(toRiskCoverage(ranking)).toEqual([
      { confidence: 0.99, coverage: 1 / 6, risk: 0 },
      { confidence: 0.9, coverage: 0.5, risk: 1 / 3 },
      { confidence: 0.8, coverage: 4 / 6, risk: 0.25 },
      { confidence: 0.6, coverage: 5 / 6, risk: 0.4 },
      { confidence: 0.5, coverage: 1, risk: 0.5 },
    ]);
  });

  test("have the mean risk as their area", () => {
    // (1 x 0 + 2 x 1/3 + 1 x 1/4 + 1 x 2/5 + 1 x 1/2) / 6
    expect(riskCoverageArea(ranking)).toBeCloseTo(0.302_777_777_777_777_8, 12);
    expect(riskCoverageArea(rankScores([0.9, 0.8], [0, 0]))).toBe(0);
    expect(riskCoverageArea(rankScores([0.9, 0.8], [1, 1]))).toBe(1);
    expect(riskCoverageArea(rankScores([], []))).toBeUndefined();
  });
});
