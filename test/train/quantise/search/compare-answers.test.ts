import { expect, test } from "vitest";
import type { Manifest } from "../../../../src/bundle/manifest.ts";
import { compareAnswers } from "../../../../train/quantise/search/compare-answers.ts";

const rows = (values: number[][]) => values.map((row) => Float32Array.from(row));
const graph = { file: "model.json", input: "x", logits: "y" };
const labels = [{ name: "benign" }, { name: "malignant" }];

const binary: Pick<Manifest, "task" | "labels" | "graph" | "calibration" | "decision"> = {
  task: "binary",
  labels,
  graph,
  calibration: { method: "temperature", temperature: 2 },
  decision: {
    policy: "threshold",
    positiveLabel: "malignant",
    threshold: 0.75,
    operatingPoint: { chosenOn: "validation split", sensitivity: 1, specificity: 1 },
    abstention: { minimumProbability: 0.99 },
  },
};

test("the same logits change nothing", () => {
  const before = rows([[0, 3], [1, 0], [2, 0], [0, 1]]); // prettier-ignore
  expect(compareAnswers(binary, [1, 0, 0, 1])(before, before)).toEqual({ changed: 0, p: 1, aucShift: 0 });
});

test("an answer is another where a probability crosses the threshold, at the temperature", () => {
  // Calibrated, 2 is 0.73 and 2.4 is 0.77; nobody abstains.
  const [before, after] = [rows([[0, 2], [0, 4], [1, 0], [2, 0]]), rows([[0, 2.4], [0, 4], [1, 0], [0, 0.5]])]; // prettier-ignore
  expect(compareAnswers(binary, [1, 1, 0, 0])(before, after)).toEqual({ changed: 0.25, p: 1, aucShift: 0 });
});

test("the AUC moves where the order does, and each label's counts alike", () => {
  const [before, after] = [rows([[0, 3], [0, 2], [0, 1], [0, 0]]), rows([[0, 3], [0, 1], [0, 2], [0, 0]])]; // prettier-ignore
  expect(compareAnswers(binary, [1, 1, 0, 0])(before, after)).toEqual({ changed: 0, p: 1, aucShift: 0.25 });
});

test("labels that do not exclude each other have thresholds of their own", () => {
  const operatingPoint = { chosenOn: "validation split", sensitivity: 1, specificity: 1 };
  const thresholds = [0.5, 0.9].map((threshold) => ({ threshold, operatingPoint }));
  const multilabel = {
    ...binary,
    task: "multilabel" as const,
    calibration: { method: "none" as const },
    decision: { policy: "thresholds" as const, thresholds, abstention: {} },
  };
  const [before, after] = [rows([[1, 3], [-1, 0]]), rows([[1, 2], [-1, 1]])]; // prettier-ignore
  expect(compareAnswers(multilabel, [1, 1, 0, 0])(before, after)).toEqual({ changed: 0.5, p: 1, aucShift: 0 });
});

test("images of one class have no AUC to move", () => {
  const [before, after] = [rows([[0, 3]]), rows([[3, 0]])];
  expect(compareAnswers(binary, [1])(before, after)).toEqual({ changed: 1, p: 1, aucShift: 0 });
});

test("answers that all change to one side are told from those that change to both", () => {
  const [low, high] = [[0, 0], [0, 4]]; // prettier-ignore
  const six = [low, low, low, low, low, low];
  const up = compareAnswers(binary, [1, 0, 1, 0, 1, 0])(rows(six), rows(six.map(() => high)));
  expect(up).toEqual({ changed: 1, p: expect.closeTo(2 * 0.5 ** 6), aucShift: 0 });
  const mixed = [low, low, low, high, high, high];
  const both = compareAnswers(binary, [1, 0, 1, 0, 1, 0])(rows(mixed), rows(mixed.toReversed()));
  expect(both).toMatchObject({ changed: 1, p: 1 });
});

test("images after those whose truth is known are not looked at", () => {
  const [before, after] = [rows([[0, 3], [3, 0], [0, 5]]), rows([[0, 3], [3, 0], [5, 0]])]; // prettier-ignore
  expect(compareAnswers(binary, [1, 0])(before, after)).toEqual({ changed: 0, p: 1, aucShift: 0 });
});
