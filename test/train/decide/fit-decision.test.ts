// A whole decision from a few validation images, and what the serving code then does with it.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { decide } from "../../../src/decision/decide.ts";
import { fitDecision, type DecisionPlan } from "../../../train/decide/fit-decision.ts";
import type { Outputs } from "../../../train/decide/outputs.ts";

const rows = (values: number[][]) => values.map((row) => Float32Array.from(row));
const outputs = (logits: number[][], features: number[][] = []): Outputs => ({
  logits: rows(logits),
  features: rows(features),
});

const graph = { file: "model.json", input: "x", logits: "y" };
const binary = { task: "binary" as const, labels: [{ name: "normal" }, { name: "pneumonia" }], graph };

const validation = {
  outputs: outputs(
    [
      [3, 0],
      [2, 0],
      [1, 0],
      [0, 0.5],
      [1, 0.5],
      [0, 1],
      [0, 2],
      [0, 3],
    ],
    [[0], [0.5], [1], [4], [4.5], [5], [5], [5.5]],
  ),
  labels: [0, 0, 0, 0, 1, 1, 1, 1],
};

function fitted(
  shape: Pick<Manifest, "task" | "labels" | "graph">,
  plan: Omit<DecisionPlan, "policy">,
  on = validation,
) {
  const result = fitDecision(shape, plan, on, {
    training: outputs([], [[0], [1], [5], [6]]),
    trainingLabels: [0, 0, 1, 1],
    strange: outputs(
      [
        [3, 0],
        [0, 3],
      ],
      [[90], [-90]],
    ),
  });
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

describe("a binary task", () => {
  test("gets a temperature, a threshold with what it did, a limit and a gate", () => {
    const { calibration, decision, files } = fitted(binary, {
      operatingPoint: { aim: "sensitivity", atLeast: 1 },
      abstention: { aim: "coverage", atLeast: 0.75 },
      gate: { falseAlarmsAtMost: 0 },
    });
    expect(calibration).toEqual({ method: "temperature", temperature: expect.any(Number) });
    expect(decision).toEqual({
      policy: "threshold",
      positiveLabel: "pneumonia",
      threshold: expect.any(Number),
      operatingPoint: { chosenOn: "validation split", sensitivity: 1, specificity: 0.75 },
      abstention: {
        minimumProbability: expect.any(Number),
        outOfDistribution: { method: "mahalanobis", file: "ood.json", maximumDistance: expect.any(Number) },
      },
    });
    expect([...files.keys()]).toEqual(["ood.json"]);
    const { minimumProbability = 0 } = decision.abstention;
    const limited: Parameters<typeof decide>[1] = {
      ...binary,
      graph: {},
      calibration,
      decision: { policy: "argmax", abstention: { minimumProbability } },
    };
    const answered = validation.outputs.logits.filter(
      (logits) => decide(logits, limited).decision.outcome !== "abstain",
    );
    expect(answered).toHaveLength(6);
  });

  test("takes the other label as the positive one when the plan says so", () => {
    expect(fitted(binary, { positiveLabel: "normal" }).decision).toMatchObject({ positiveLabel: "normal" });
  });

  test("keeps a temperature and a threshold that were fitted before, and says what they do to these images", () => {
    const { calibration, decision } = fitted(binary, {
      temperature: 2,
      operatingPoint: { aim: "threshold", at: 0.6 },
    });
    expect(calibration).toEqual({ method: "temperature", temperature: 2 });
    // Calibrated, 1 over 0 is 0.62 and 0.5 is 0.56.
    expect(decision).toMatchObject({ threshold: 0.6, operatingPoint: { sensitivity: 0.75, specificity: 1 } });
  });

  test("without a plan abstains from nothing", () => {
    expect(fitted(binary, {}).decision.abstention).toEqual({});
  });

  test("takes the energy where it tells strange images apart as well", () => {
    const on = { ...validation, outputs: { ...validation.outputs, features: [] } };
    const strange = outputs([[-9, -9]]);
    const result = fitDecision(binary, { gate: { falseAlarmsAtMost: 0 } }, on, {
      training: outputs([]),
      trainingLabels: [],
      strange,
    });
    expect(result).toMatchObject({
      value: { decision: { abstention: { outOfDistribution: { method: "energy" } } }, files: new Map() },
    });
  });

  test("is not decided on one class", () => {
    expect(fitDecision(binary, {}, { ...validation, labels: [1, 1, 1, 1, 1, 1, 1, 1] }, undefined)).toMatchObject({
      ok: false,
      error: { reason: "one_class" },
    });
  });
});

test("a multiclass task keeps the argmax", () => {
  const shape = { ...binary, task: "multiclass" as const };
  expect(fitted(shape, {}).decision).toEqual({ policy: "argmax", abstention: {} });
});

test("a multilabel task gets a threshold a label", () => {
  const shape = { ...binary, task: "multilabel" as const, graph: { ...graph, head: "sigmoid" as const } };
  const on = {
    outputs: outputs([
      [1, -1],
      [-1, 1],
      [2, 2],
      [-2, -2],
    ]),
    labels: [1, 0, 0, 1, 1, 1, 0, 0],
  };
  expect(fitted(shape, { operatingPoint: { aim: "youden" } }, on).decision).toEqual({
    policy: "thresholds",
    thresholds: [1, 1].map(() => ({
      threshold: expect.closeTo(0.5, 12),
      operatingPoint: { chosenOn: "validation split", sensitivity: 1, specificity: 1 },
    })),
    abstention: {},
  });
});
