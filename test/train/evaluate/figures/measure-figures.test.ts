// Figures from verdicts, for each task, on so few images that they can be counted.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../../src/bundle/manifest.ts";
import { decide } from "../../../../src/decision/decide.ts";
import { toHeadline } from "../../../../train/evaluate/headline.ts";
import { measureFigures } from "../../../../train/evaluate/figures/measure-figures.ts";
import { reportOperatingPoints } from "../../../../train/evaluate/reports/operating-report.ts";
import { toOutcomes } from "../../../../train/evaluate/outcomes.ts";
import { reportSelective } from "../../../../train/evaluate/reports/selective-report.ts";
import { reportSubgroups } from "../../../../train/evaluate/reports/subgroup-report.ts";

type Shape = Pick<Manifest, "task" | "labels" | "calibration" | "decision"> & { graph: { head?: "sigmoid" } };

const operatingPoint = { chosenOn: "validation split", sensitivity: 0.9, specificity: 0.8 };
const none = { method: "none" } as const;
const options = { seed: 1 };

const judge = (shape: Shape, logits: number[][]) => logits.map((row) => decide(Float32Array.from(row), shape));

describe("a binary task", () => {
  const shape: Shape = {
    task: "binary",
    graph: {},
    labels: [{ name: "normal" }, { name: "pneumonia" }],
    calibration: { method: "temperature", temperature: 2 },
    decision: {
      policy: "threshold",
      positiveLabel: "pneumonia",
      threshold: 0.4,
      operatingPoint,
      abstention: { minimumProbability: 0.6 },
    },
  };
  const verdicts = judge(shape, [
    [2, 0],
    [0.2, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [0, 3],
  ]);
  const truth = [0, 0, 0, 1, 1, 1];
  const outcomes = toOutcomes(verdicts, truth, shape);
  const { overall, detection } = measureFigures(outcomes, options);

  test("answers every image, by the threshold, whatever was withheld", () => {
    expect(verdicts.map(({ decision }) => decision.outcome)).toContain("abstain");
    expect([...outcomes.answer]).toEqual([0, 1, 1, 1, 0, 1]);
    expect(toHeadline(outcomes)).toMatchObject({
      accuracy: { value: 0.5 },
      confusionMatrix: [
        [1, 2],
        [1, 2],
      ],
    });
  });

  test("is measured on the positive label alone", () => {
    expect(detection).toMatchObject([
      {
        label: "pneumonia",
        support: 3,
        auc: { value: expect.closeTo(7 / 9, 12), method: "delong" },
        averagePrecision: { value: expect.closeTo((1 + 1 + 3 / 5) / 3, 12), method: "bootstrap" },
        sensitivity: { value: 2 / 3, method: "wilson" },
        specificity: { value: 1 / 3, method: "wilson" },
        ppv: { value: 0.5 },
        npv: { value: 0.5 },
        f1: { value: expect.closeTo(4 / 7, 12) },
      },
    ]);
    expect(overall.macroAuc?.value).toBeCloseTo(7 / 9, 12);
  });

  test("has its overall figures, each with the method of its interval", () => {
    expect(overall.balancedAccuracy).toMatchObject({ value: 0.5, method: "bootstrap" });
    expect(overall.kappa?.value).toBeCloseTo(0, 12);
    expect(overall.quadraticKappa).toBeUndefined();
    expect(overall.brier?.value).toBeCloseTo(0.196_415_676, 7);
    expect(overall.brierBeforeCalibration?.value).toBeCloseTo(0.217_035_101, 7);
  });

  test("says what its threshold promised and what it does", () => {
    expect(reportOperatingPoints(shape, detection)).toMatchObject([
      {
        label: "pneumonia",
        threshold: 0.4,
        chosenOn: { images: "validation split", sensitivity: 0.9, specificity: 0.8 },
        test: { sensitivity: { value: 2 / 3 }, specificity: { value: 1 / 3 } },
      },
    ]);
  });

  test("says what abstaining does", () => {
    const selective = reportSelective(outcomes, verdicts, options);
    expect(selective).toMatchObject({
      coverage: { value: 5 / 6 },
      risk: { value: 2 / 5 },
      withheld: { lowProbability: 1, outOfDistribution: 0 },
    });
    expect(selective.curve).toHaveLength(4);
  });

  test("is measured on parts of the images too", () => {
    expect(reportSubgroups(outcomes, ["a", "a", "a", "a", "a", "b"])).toMatchObject([
      { name: "a", images: 5, accuracy: { value: 0.4 }, detected: [{ label: "pneumonia" }] },
      {
        name: "b",
        images: 1,
        accuracy: { value: 1 },
        detected: [{ sensitivity: { value: 1 }, specificity: undefined }],
      },
    ]);
  });
});

describe("a multiclass task", () => {
  const shape: Shape = {
    task: "multiclass",
    graph: {},
    labels: [{ name: "cat" }, { name: "dog" }, { name: "owl" }],
    calibration: none,
    decision: { policy: "argmax", abstention: {} },
  };
  const verdicts = judge(shape, [
    [2, 0, 0],
    [0, 2, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]);
  const outcomes = toOutcomes(verdicts, [0, 1, 0, 1], shape);

  test("has no figure for a class that does not occur, and never NaN", () => {
    const { overall, detection } = measureFigures(outcomes, { seed: 1, ordinal: true });
    expect(detection[2]).toMatchObject({ label: "owl", support: 0 });
    expect(detection[2]).toMatchObject({ auc: undefined, averagePrecision: undefined, sensitivity: undefined });
    expect(detection[2].specificity?.value).toBe(1);
    expect(overall.quadraticKappa?.value).toBeCloseTo(0, 12);
    expect(JSON.stringify({ overall, detection })).not.toMatch(/null|NaN/);
  });
});

test("a multilabel task is measured a label at a time", () => {
  const shape: Shape = {
    task: "multilabel",
    graph: { head: "sigmoid" },
    labels: [{ name: "effusion" }, { name: "mass" }],
    calibration: none,
    decision: {
      policy: "thresholds",
      thresholds: [0.5, 0.5].map((threshold) => ({ threshold, operatingPoint })),
      abstention: {},
    },
  };
  const verdicts = judge(shape, [
    [1, 1],
    [1, -1],
    [-1, -1],
    [-1, 1],
  ]);
  const outcomes = toOutcomes(verdicts, [1, 1, 1, 0, 0, 1, 0, 0], shape);
  expect(toHeadline(outcomes)).toMatchObject({
    accuracy: { value: 0.5 },
    classes: [
      { label: "effusion", support: 2, precision: { value: 1 }, recall: { value: 1 } },
      { label: "mass", support: 2, precision: { value: 0.5 }, recall: { value: 0.5 } },
    ],
  });
  const { overall, detection } = measureFigures(outcomes, options);
  expect(detection).toMatchObject([{ auc: { value: 1 } }, { auc: { value: 0.5 } }]);
  expect(overall.macroF1?.value).toBeCloseTo(0.75, 12);
  expect(overall.kappa).toBeUndefined();
});
