// The model card says what a reader must know, in figures that can be checked against the evaluation.

import { expect, test } from "vitest";
import type { Evaluation } from "../../../train/evaluate/evaluation.ts";
import { formatProportion } from "../../../train/pack/format-figure.ts";
import { writeModelCard } from "../../../train/pack/model-card.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

const share = (value: number) => ({ value, interval95: [0.25, 1] as [number, number], method: "wilson" as const });
const sampled = (value: number) => ({ ...share(value), method: "bootstrap" as const });

const evaluation: Evaluation = {
  schemaVersion: 1,
  dataset: { name: "example", split: "test", sha256: "0".repeat(64), images: 12, groups: 4 },
  intervals: "Wilson score, 95 %",
  accuracy: { value: 0.75, interval95: [0.4677, 0.9111] },
  classes: [
    {
      label: "normal",
      support: 10,
      precision: { value: 0.8, interval95: [0.4902, 0.9433] },
      recall: { value: 0.8, interval95: [0.4902, 0.9433] },
    },
    { label: "pneumonia", support: 2, precision: undefined, recall: { value: 0.5, interval95: [0.0945, 0.9055] } },
  ],
  confusionMatrix: [
    [8, 2],
    [1, 1],
  ],
  methods: {},
  overall: { macroAuc: { ...share(0.9), method: "delong" }, calibrationError: sampled(0.03125), kappa: undefined },
  detection: [
    {
      label: "pneumonia",
      support: 2,
      auc: { ...share(0.9), method: "delong" },
      averagePrecision: sampled(0.7),
      sensitivity: share(0.5),
      specificity: share(0.8),
      ppv: undefined,
      npv: share(0.8),
      f1: sampled(0.5),
    },
  ],
  curves: [],
  calibration: { method: { method: "none" }, of: "positive label", bins: 15, before: [], after: [] },
  selective: {
    area: sampled(0.125),
    curve: [],
    coverage: share(0.75),
    risk: undefined,
    withheld: { lowProbability: 2, outOfDistribution: 1 },
  },
  operatingPoints: [
    {
      label: "pneumonia",
      threshold: 0.25,
      chosenOn: { images: "validation split", sensitivity: 0.95, specificity: 0.9 },
      test: { sensitivity: share(0.5), specificity: share(0.8) },
    },
  ],
  subgroups: [{ name: "a|b", images: 3, accuracy: share(1), detected: [] }],
  outOfDistribution: {
    gate: "energy",
    falseAlarms: share(0.5),
    strangers: [{ name: "malaria cells", images: 20, caught: share(0.75), withheld: share(1) }],
  },
  corruptions: {
    images: 9,
    undamaged: { accuracy: share(0.75), withheld: share(0.5) },
    damaged: [1, 2, 3, 4, 5].map((severity) => ({
      kind: "blur" as const,
      severity: severity as 1,
      accuracy: share(1 - severity / 10),
      withheld: share(0.5),
    })),
  },
};

const card = writeModelCard({ ...exampleManifest, limitations: ["Blind to children.", "Blind to owls."] }, evaluation);
const lines = card.split("\n");

test("says at the top what it is not", () => {
  expect(lines[0]).toBe("# Pneumonia on chest X-rays");
  expect(lines[2]).toContain("`chest-xray` 1.2.0-rc.1. Research and engineering software. Not a medical device;");
  expect(card).toContain("not for diagnosis, treatment or any\nclinical decision.");
});

test("names the intended use and every limitation", () => {
  expect(card).toContain("## Intended use\n\nShows what a manifest looks like.\n");
  expect(card).toContain("## Limitations\n\n- Blind to children.\n- Blind to owls.\n");
});

test("gives the figures with their intervals", () => {
  expect(lines).toContain(
    "12 images of the test split of example, each posted as a file through the code that serves. They come from 4 patients or sources.",
  );
  expect(lines).toContain("Accuracy: 75.00 % (46.77 to 91.11)");
  expect(lines).toContain("| normal | 10 | 80.00 % (49.02 to 94.33) | 80.00 % (49.02 to 94.33) |");
});

test("gives every other figure with the method of its interval, and none where there is none", () => {
  expect(lines).toContain("| area under the ROC curve | 0.900 (0.250 to 1.000) | delong |");
  expect(lines).toContain("| expected calibration error | 0.031 (0.250 to 1.000) | bootstrap |");
  expect(card).not.toContain("Cohen's kappa");
  expect(lines).toContain(
    "| pneumonia | 0.900 (0.250 to 1.000) | 50.00 % (25.00 to 100.00) | 80.00 % (25.00 to 100.00) | none | 80.00 % (25.00 to 100.00) |",
  );
});

test("says what the threshold promised and what it does", () => {
  expect(lines).toContain(
    "| pneumonia | 0.2500 | validation split | 95.00 % | 50.00 % (25.00 to 100.00) | 90.00 % | 80.00 % (25.00 to 100.00) |",
  );
  expect(lines).toContain("- Positive for pneumonia from a probability of 0.2500, chosen on the validation split.");
  expect(lines).toContain("- Logits are divided by 1.500 before they become probabilities.");
});

test("says when it abstains, and how well it knows strangers", () => {
  expect(lines).toContain("- No answer below a probability of 0.6000.");
  expect(lines).toContain("- No answer when the free energy of the logits is above -0.5000 (Liu et al. 2020).");
  expect(lines).toContain(
    "Gate against strange images: energy; false alarms on 50.00 % (25.00 to 100.00) of the test images.",
  );
  expect(lines).toContain("| malaria cells | 20 | 75.00 % (25.00 to 100.00) | 100.00 % (25.00 to 100.00) |");
});

test("says what damage and parts of the images do", () => {
  expect(lines).toContain("| blur | 90.0 % | 80.0 % | 70.0 % | 60.0 % | 50.0 % |");
  expect(lines).toContain("| a\\|b | 3 | 100.00 % (25.00 to 100.00) |");
});

test("leaves out what was not measured", () => {
  const {
    selective: _,
    outOfDistribution: _o,
    corruptions: _c,
    confusionMatrix: _m,
    subgroups: _s,
    ...measured
  } = evaluation;
  const short = writeModelCard(exampleManifest, { ...measured, operatingPoints: [] });
  expect(short).not.toMatch(/### |Confusion|undefined/);
});

test("says that a class which was never predicted has no precision", () => {
  expect(lines).toContain("| pneumonia | 2 | none | 50.00 % (9.45 to 90.55) |");
});

test("draws the confusion matrix with the truth in rows", () => {
  expect(card).toContain(
    "| | normal | pneumonia |\n|---|---|---|\n| **normal** | 8 | 2 |\n| **pneumonia** | 1 | 1 |\n",
  );
});

test("says what the model takes and gives", () => {
  expect(lines).toContain("2 x 2 grey image; other sizes are resized (stretch, area).");
  expect(lines).toContain("Labels: normal, pneumonia. Decision: threshold. Calibration: temperature.");
});

test("says what it was trained on, with what, and under which licences", () => {
  expect(lines).toContain("| data set SHA-256 | `ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad` |");
  expect(lines).toContain("| citation | Nobody: An example, 2020 |");
  expect(lines).toContain("| recipe | `example`, seed -1 |");
  expect(lines).toContain("Model: Apache-2.0. Data: CC BY 4.0.");
});

test("is the same text for the same facts", () => {
  expect(writeModelCard(exampleManifest, evaluation)).toBe(writeModelCard(exampleManifest, evaluation));
});

test.each([
  ["a share", { value: 0.98441, interval95: [0.98179, 0.98664] as [number, number] }, "98.44 % (98.18 to 98.66)"],
  ["everything", { value: 1, interval95: [0.7225, 1] as [number, number] }, "100.00 % (72.25 to 100.00)"],
  ["nothing to divide by", undefined, "none"],
])("writes %s as people read it", (_what, proportion, text) => {
  expect(formatProportion(proportion)).toBe(text);
});
