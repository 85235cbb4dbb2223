import { describe, expect, test } from "vitest";
import type { Decision } from "../../../src/decision/decide.ts";
import { writeClassifications } from "../../../src/interop/tf-serving/write-classifications.ts";
import { writePredictions } from "../../../src/interop/tf-serving/write-predictions.ts";
import type { Prediction } from "../../../src/predict.ts";

const labels = [{ name: "normal" }, { name: "pneumonia" }];

const prediction = (probability: number, decision: Decision): Prediction => ({
  scores: [
    { label: labels[0], probability: 1 - probability, logit: -1 },
    { label: labels[1], probability, logit: 2 },
  ],
  decision,
  image: { width: 1, height: 1 },
});

const positive = prediction(0.75, { outcome: "positive", label: "pneumonia", threshold: 0.5 });
const negative = prediction(0.25, { outcome: "negative", label: "pneumonia", threshold: 0.5 });
const withheld = prediction(0.5, { outcome: "abstain", reason: "low_probability" });

describe("one output", () => {
  const signature = "serving_default";

  test("is a list of rows of probabilities, in the order of the labels", () => {
    const written = writePredictions([positive, negative], labels, { signature, format: "row" });
    expect(written).toEqual({
      predictions: [
        [0.25, 0.75],
        [0.75, 0.25],
      ],
    });
  });

  test("is the same in columns, by its other name", () => {
    expect(writePredictions([positive], labels, { signature, format: "columnar" })).toEqual({
      outputs: [[0.25, 0.75]],
    });
  });

  test("is no longer alone when the caller's keys are given back", () => {
    const keys = ["   1"];
    expect(writePredictions([positive], labels, { signature, format: "row", keys })).toEqual({
      predictions: [{ probabilities: [0.25, 0.75], key: "   1" }],
    });
    expect(writePredictions([positive], labels, { signature, format: "columnar", keys })).toEqual({
      outputs: { probabilities: [[0.25, 0.75]], key: ["   1"] },
    });
  });
});

describe("several outputs", () => {
  const signature = "named_outputs";

  test("are an object a row; a label that is negative for one is the other, and a withheld one is none", () => {
    const predictions = [positive, negative, withheld];
    expect(writePredictions(predictions, labels, { signature, format: "row" })).toEqual({
      predictions: [
        {
          probabilities: [0.25, 0.75],
          logits: [-1, 2],
          decision: '{"outcome":"positive","label":"pneumonia","threshold":0.5}',
          label: "pneumonia",
        },
        {
          probabilities: [0.75, 0.25],
          logits: [-1, 2],
          decision: '{"outcome":"negative","label":"pneumonia","threshold":0.5}',
          label: "normal",
        },
        {
          probabilities: [0.5, 0.5],
          logits: [-1, 2],
          decision: '{"outcome":"abstain","reason":"low_probability"}',
          label: "",
        },
      ],
    });
  });

  test("are an object of columns", () => {
    const argmax = prediction(0.75, { outcome: "label", label: "pneumonia" });
    const several = prediction(0.75, { outcome: "labels", labels: ["normal", "pneumonia"] });
    expect(writePredictions([argmax, several], labels, { signature, format: "columnar" })).toEqual({
      outputs: {
        probabilities: [
          [0.25, 0.75],
          [0.25, 0.75],
        ],
        logits: [
          [-1, 2],
          [-1, 2],
        ],
        decision: ['{"outcome":"label","label":"pneumonia"}', '{"outcome":"labels","labels":["normal","pneumonia"]}'],
        label: ["pneumonia", ""],
      },
    });
  });
});

test(":classify gives each image's labels with their probabilities", () => {
  expect(writeClassifications([positive])).toEqual({
    results: [
      [
        ["normal", 0.25],
        ["pneumonia", 0.75],
      ],
    ],
  });
});
