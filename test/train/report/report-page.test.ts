// The report as a reader's browser gets it: self-contained, escaped, and with a chart for everything that was measured.

import { beforeAll, describe, expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { decide } from "../../../src/decision/decide.ts";
import type { Split } from "../../../train/data/dataset.ts";
import type { Evaluation } from "../../../train/evaluate/evaluation.ts";
import { toCurvePoints } from "../../../train/evaluate/figures/curve-points.ts";
import { reportCalibration } from "../../../train/evaluate/reports/calibration-report.ts";
import { toHeadline } from "../../../train/evaluate/headline.ts";
import { measureFigures } from "../../../train/evaluate/figures/measure-figures.ts";
import { METHODS } from "../../../train/evaluate/methods.ts";
import { reportOperatingPoints } from "../../../train/evaluate/reports/operating-report.ts";
import { toOutcomes } from "../../../train/evaluate/outcomes.ts";
import { reportSelective } from "../../../train/evaluate/reports/selective-report.ts";
import { findMistakes, type Mistake } from "../../../train/report/find-mistakes.ts";
import { toReportPage } from "../../../train/report/report-page.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

const manifest: Manifest = {
  ...exampleManifest,
  title: "A <b>bold</b> title",
  decision: { ...exampleManifest.decision, abstention: {} },
};
const truth = Uint8Array.of(0, 0, 0, 1, 1, 1);
const verdicts = [
  [3, 0],
  [1, 0],
  [0, 4],
  [0, 1],
  [5, 0],
  [0, 3],
].map((logits) => decide(Float32Array.from(logits), manifest));
const images: Split = {
  count: 6,
  labels: truth,
  nameOf: (index) => `<patient ${index}>`,
  read: async (index) => ok({ width: 1, height: 1, channels: 1, data: Uint8Array.of(index), maxValue: 255 }),
};

const outcomes = toOutcomes(verdicts, truth, manifest);
const { overall, detection } = measureFigures(outcomes, { seed: 1 });
const share = (value: number) => ({ value, interval95: [0, 1] as [number, number], method: "wilson" as const });
const evaluation: Evaluation = {
  schemaVersion: 1,
  dataset: { name: "shades", split: "test", sha256: "0".repeat(64), images: 6 },
  intervals: "Wilson score, 95 %",
  ...toHeadline(outcomes),
  methods: METHODS,
  overall,
  detection,
  curves: toCurvePoints(outcomes),
  calibration: reportCalibration(outcomes, manifest.calibration),
  selective: reportSelective(outcomes, verdicts, { seed: 1 }),
  operatingPoints: reportOperatingPoints(manifest, detection),
  subgroups: [{ name: "viral & bacterial", images: 6, accuracy: share(0.5), detected: [] }],
  outOfDistribution: {
    gate: "none",
    falseAlarms: share(0),
    strangers: [{ name: "cells", images: 3, caught: share(0), withheld: share(0) }],
  },
  corruptions: {
    images: 6,
    undamaged: { accuracy: share(1), withheld: share(0) },
    damaged: [{ kind: "blur", severity: 1, accuracy: share(0.5), withheld: share(0.5) }],
  },
};
const history = [0, 1].map((epoch) => ({ epoch, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 }));

let mistakes: Mistake[];
let page: string;
beforeAll(async () => {
  mistakes = await findMistakes(manifest, images, verdicts, 5);
  page = toReportPage({ manifest, digest: "0".repeat(64), evaluation, mistakes, history });
});

describe("the worst mistakes", () => {
  test("are the wrong answers the model was surest of, the surest first", () => {
    expect(mistakes.map(({ name, truth: shown, said }) => [name, shown, said])).toEqual([
      ["<patient 4>", "pneumonia", "normal"],
      ["<patient 2>", "normal", "pneumonia"],
      ["<patient 1>", "normal", "pneumonia"],
    ]);
    expect(mistakes[0].imageUrl).toMatch(/^data:image\/png;base64,/);
    expect(mistakes[0].probability).toBeLessThan(mistakes[1].probability);
  });

  test("say whether the answer was withheld", async () => {
    const silent = { ...manifest, decision: { ...manifest.decision, abstention: { minimumProbability: 1 } } };
    const withheld = verdicts.map(({ scores }) =>
      decide(
        Float32Array.from(scores, ({ logit }) => logit),
        silent,
      ),
    );
    expect((await findMistakes(silent, images, withheld, 1))[0].withheld).toBe(true);
  });
});

describe("the page", () => {
  test("loads nothing and runs nothing", () => {
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|@import|url\(|src="(?!data:)|href=/);
  });

  test("escapes titles, names of files and labels", () => {
    expect(page).toContain("A &lt;b&gt;bold&lt;/b&gt; title");
    expect(page).toContain("&lt;patient 4&gt;");
    expect(page).toContain("viral &amp; bacterial");
    expect(page).not.toMatch(/<b>bold|<patient/);
  });

  test.each([
    "ROC curve",
    "Precision-recall curve",
    "Confusion matrix",
    "Reliability diagram",
    "Risk-coverage curve",
    "Accuracy under blur",
    "loss",
    "accuracy",
  ])("draws: %s", (title) => {
    expect(page).toContain(`aria-label="${title}"`);
  });

  test("has no figure that is not a number", () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("leaves out what was not measured", () => {
    const {
      selective: _s,
      confusionMatrix: _m,
      subgroups: _g,
      outOfDistribution: _o,
      corruptions: _c,
      ...rest
    } = evaluation;
    const short = toReportPage({ manifest, digest: "", evaluation: { ...rest, operatingPoints: [] }, mistakes: [] });
    expect(short).not.toMatch(/Confusion|Risk-coverage|Accuracy under|mistakes|How it learnt|not made for/);
  });
});
