// Logits to a decision, at the exact edges of the policy.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { decide } from "../../src/decision/decide.ts";

type Abstention = Manifest["decision"]["abstention"];

const labels = [{ name: "normal" }, { name: "pneumonia" }, { name: "tuberculosis" }];
const calibration = { method: "none" } as const;

const softmax = { calibration, graph: {} };

const byArgmax = (logits: number[], abstention: Abstention = {}) =>
  decide(Float32Array.from(logits), {
    ...softmax,
    task: "multiclass",
    labels,
    decision: { policy: "argmax", abstention },
  }).decision;

const byThreshold = (logits: number[], threshold: number, abstention: Abstention = {}) => {
  const operatingPoint = { chosenOn: "validation split", sensitivity: 0.9, specificity: 0.8 };
  const decision = { policy: "threshold", positiveLabel: "pneumonia", threshold, operatingPoint, abstention } as const;
  return decide(Float32Array.from(logits), { ...softmax, task: "binary", labels: labels.slice(0, 2), decision })
    .decision;
};

test("gives each label its probability and its logit, in the manifest's order", () => {
  const logits = Float32Array.of(0, 0.5, 0);
  const { scores } = decide(logits, {
    task: "multiclass",
    graph: {},
    labels,
    calibration: { method: "temperature", temperature: 0.5 },
    decision: { policy: "argmax", abstention: {} },
  });
  expect(scores).toEqual([
    { label: { name: "normal" }, probability: expect.closeTo(0.211_942, 6), logit: 0 },
    { label: { name: "pneumonia" }, probability: expect.closeTo(0.576_117, 6), logit: 0.5 },
    { label: { name: "tuberculosis" }, probability: expect.closeTo(0.211_942, 6), logit: 0 },
  ]);
});

describe("argmax", () => {
  test("names the label of the largest logit", () => {
    expect(byArgmax([-3, -1, -2])).toEqual({ outcome: "label", label: "pneumonia" });
  });

  test("takes the first of equals", () => {
    expect(byArgmax([1, 2, 2])).toEqual({ outcome: "label", label: "pneumonia" });
    expect(byArgmax([0, 0, 0])).toEqual({ outcome: "label", label: "normal" });
  });
});

describe("threshold", () => {
  const positive = { outcome: "positive", label: "pneumonia" };
  const negative = { outcome: "negative", label: "pneumonia" };

  test("is positive at exactly the threshold", () => {
    expect(byThreshold([0, 0], 0.5)).toEqual({ ...positive, threshold: 0.5 });
  });

  test("is negative just below it", () => {
    const justAbove = 0.5 + Number.EPSILON;
    expect(byThreshold([0, 0], justAbove)).toEqual({ ...negative, threshold: justAbove });
  });

  test("is positive for a label that is not the likelier one, when the threshold says so", () => {
    expect(byThreshold([1, 0], 0.25)).toEqual({ ...positive, threshold: 0.25 });
  });

  test("of 0 is always positive, of 1 only for certainty", () => {
    expect(byThreshold([1000, 0], 0)).toEqual({ ...positive, threshold: 0 });
    expect(byThreshold([0, 10], 1)).toEqual({ ...negative, threshold: 1 });
    expect(byThreshold([0, 1000], 1)).toEqual({ ...positive, threshold: 1 });
  });
});

const energyAbove = (maximumEnergy: number) => ({ method: "energy", maximumEnergy }) as const;

describe("abstains", () => {
  const lowProbability = { outcome: "abstain", reason: "low_probability" };
  const outOfDistribution = { outcome: "abstain", reason: "out_of_distribution" };

  test("when the best probability is below the minimum, not at it", () => {
    expect(byThreshold([0, 0], 0.5, { minimumProbability: 0.5 }).outcome).toBe("positive");
    expect(byThreshold([0, 0], 0.5, { minimumProbability: 0.51 })).toEqual(lowProbability);
    expect(byArgmax([0, 0, 0], { minimumProbability: 0.34 })).toEqual(lowProbability);
  });

  test("when the free energy is above the maximum, not at it", () => {
    expect(byArgmax([5, -1000, -1000], { outOfDistribution: energyAbove(-5) }).outcome).toBe("label");
    expect(byArgmax([5, -1000, -1000], { outOfDistribution: energyAbove(-5.01) })).toEqual(outOfDistribution);
    expect(byThreshold([5, -1000], 0.5, { outOfDistribution: energyAbove(-5.01) })).toEqual(outOfDistribution);
  });

  test("for the energy first, when both would do", () => {
    expect(byArgmax([0, 0, 0], { outOfDistribution: energyAbove(-5), minimumProbability: 0.9 })).toEqual(
      outOfDistribution,
    );
  });

  test("from a confident negative just as from a confident positive: the best class counts, not the positive one", () => {
    expect(byThreshold([10, 0], 0.5, { minimumProbability: 0.9 }).outcome).toBe("negative");
  });

  test("never without a limit, however little the scores say", () => {
    expect(byArgmax([-1e30, -1e30, -1e30]).outcome).toBe("label");
  });
});
