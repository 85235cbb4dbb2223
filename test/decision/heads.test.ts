// Sigmoid heads: labels that do not exclude each other, and one logit for two labels.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { decide } from "../../src/decision/decide.ts";
import { jointEnergy, toLabelProbabilities } from "../../src/decision/probabilities.ts";

const operatingPoint = { chosenOn: "validation split", sensitivity: 0.9, specificity: 0.8 };
const labels = [{ name: "effusion" }, { name: "mass" }, { name: "nodule" }];
const none = { method: "none" } as const;
const graph = { head: "sigmoid" } as const;

describe("a multilabel task", () => {
  const thresholds = [0.5, 0.25, 1].map((threshold) => ({ threshold, operatingPoint }));
  const decideLabels = (logits: number[], abstention: Manifest["decision"]["abstention"] = {}) =>
    decide(Float32Array.from(logits), {
      task: "multilabel",
      graph,
      labels,
      calibration: none,
      decision: { policy: "thresholds", thresholds, abstention },
    });

  test("lists the labels that reach their own thresholds, at exactly the threshold too", () => {
    expect(decideLabels([0, 0, 30]).decision).toEqual({ outcome: "labels", labels: ["effusion", "mass"] });
    expect(decideLabels([-1, -1, 1000]).decision).toEqual({ outcome: "labels", labels: ["mass", "nodule"] });
  });

  test("may list none", () => {
    expect(decideLabels([-9, -9, -9]).decision).toEqual({ outcome: "labels", labels: [] });
  });

  test("gives each label its own probability; they need not sum to 1", () => {
    expect(decideLabels([0, Math.log(3), -1000]).scores.map(({ probability }) => probability)).toEqual([
      0.5,
      expect.closeTo(0.75, 6),
      0,
    ]);
  });

  test("is withheld above the joint energy, not at it", () => {
    const energy = jointEnergy(Float32Array.of(0, 0, 0));
    const gate = (maximumEnergy: number) => ({ outOfDistribution: { method: "energy", maximumEnergy } as const });
    expect(decideLabels([0, 0, 0], gate(energy)).decision.outcome).toBe("labels");
    expect(decideLabels([0, 0, 0], gate(energy - 1e-9)).decision).toEqual({
      outcome: "abstain",
      reason: "out_of_distribution",
    });
  });
});

test("one sigmoid logit stands for the second of two labels", () => {
  const verdict = decide(Float32Array.of(Math.log(3)), {
    task: "binary",
    graph,
    labels: labels.slice(0, 2),
    calibration: none,
    decision: { policy: "threshold", positiveLabel: "mass", threshold: 0.7, operatingPoint, abstention: {} },
  });
  expect(verdict).toEqual({
    scores: [
      { label: { name: "effusion" }, probability: expect.closeTo(0.25, 6), logit: 0 },
      { label: { name: "mass" }, probability: expect.closeTo(0.75, 6), logit: Math.fround(Math.log(3)) },
    ],
    decision: { outcome: "positive", label: "mass", threshold: 0.7 },
  });
});

test("sigmoids are divided by the temperature and stay numbers for huge logits", () => {
  const logits = Float32Array.of(2 * Math.log(3), 3e38, -3e38);
  const [scaled, high, low] = toLabelProbabilities(logits, { method: "temperature", temperature: 2 });
  expect(scaled).toBeCloseTo(0.75, 6);
  expect([high, low]).toEqual([1, 0]);
});

test("the joint energy is minus the sum of log(1 + exp(logit)), for huge logits too", () => {
  expect(jointEnergy(Float32Array.of(0, 0))).toBeCloseTo(-2 * Math.LN2, 12);
  expect(jointEnergy(Float32Array.of(1000, -1000))).toBe(-1000);
});
