// Whether two versions say the same: the outcome counts, the thresholds behind it do not.

import { expect, test } from "vitest";
import { compare } from "../../../src/http/shadow/run-shadow.ts";
import type { Prediction } from "../../../src/predict.ts";

function prediction(decision: Prediction["decision"], probabilities: Record<string, number>): Prediction {
  const scores = Object.entries(probabilities).map(([name, probability]) => ({
    label: { name },
    probability,
    logit: 0,
  }));
  return { decision, scores, image: { width: 1, height: 1 } };
}

const label = (name: string) => ({ outcome: "label" as const, label: name });

test("the same label agrees, whatever the probability; another one does not", () => {
  const [sure, unsure] = [prediction(label("a"), { a: 0.9, b: 0.1 }), prediction(label("a"), { a: 0.6, b: 0.4 })];
  expect(compare(sure, unsure)).toEqual({ agreed: true, probabilityDifference: expect.closeTo(0.3, 12) });
  expect(compare(sure, prediction(label("b"), { a: 0.4, b: 0.6 }))).toEqual({
    agreed: false,
    probabilityDifference: expect.closeTo(0.5, 12),
  });
});

test("positive agrees with positive at another threshold, and not with negative", () => {
  const outcome = (word: "positive" | "negative", threshold: number) =>
    prediction({ outcome: word, label: "pneumonia", threshold }, { pneumonia: 0.5 });
  expect(compare(outcome("positive", 0.3), outcome("positive", 0.4)).agreed).toBe(true);
  expect(compare(outcome("positive", 0.3), outcome("negative", 0.6)).agreed).toBe(false);
});

test("several labels agree when they are the same ones", () => {
  const labels = (...names: string[]) => prediction({ outcome: "labels", labels: names }, { a: 0.5, b: 0.5 });
  expect(compare(labels("a", "b"), labels("a", "b")).agreed).toBe(true);
  expect(compare(labels("a", "b"), labels("a")).agreed).toBe(false);
  expect(compare(labels(), labels()).agreed).toBe(true);
});

test("to abstain agrees with abstaining for another reason, and with nothing else", () => {
  const abstain = (reason: "low_probability" | "out_of_distribution") =>
    prediction({ outcome: "abstain", reason }, { a: 0.5 });
  expect(compare(abstain("low_probability"), abstain("out_of_distribution")).agreed).toBe(true);
  expect(compare(abstain("low_probability"), prediction(label("a"), { a: 0.5 })).agreed).toBe(false);
});

test("labels are compared by name, and one that the shadow lacks counts as 0 there", () => {
  const answered = prediction(label("a"), { a: 0.75, b: 0.25 });
  expect(compare(answered, prediction(label("a"), { b: 0.25, a: 0.75 })).probabilityDifference).toBe(0);
  expect(compare(answered, prediction(label("a"), { a: 1 })).probabilityDifference).toBe(0.25);
});
