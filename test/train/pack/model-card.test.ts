// The model card says what a reader must know, in figures that can be checked against the evaluation.

import { expect, test } from "vitest";
import type { Evaluation } from "../../../train/evaluate/evaluate.ts";
import { formatProportion, writeModelCard } from "../../../train/pack/model-card.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

const evaluation: Evaluation = {
  schemaVersion: 1,
  dataset: { name: "example", split: "test", sha256: "0".repeat(64), images: 12 },
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
    "12 images of the test split of example, each posted as a file through the code that serves.",
  );
  expect(lines).toContain("Accuracy: 75.00 % (46.77 to 91.11)");
  expect(lines).toContain("| normal | 10 | 80.00 % (49.02 to 94.33) | 80.00 % (49.02 to 94.33) |");
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
