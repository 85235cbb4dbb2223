// Which label a map is of when nobody says.

import { expect, test } from "vitest";
import type { Decision } from "../../../src/decision/decide.ts";
import { explainedLabel } from "../../../src/decision/explain/explained-label.ts";

const scores = (...probabilities: number[]) =>
  probabilities.map((probability, i) => ({ label: { name: "abc"[i] }, probability, logit: 0 }));

test.each<[what: string, decision: Decision, probabilities: number[], label: number]>([
  ["the label decided for", { outcome: "label", label: "b" }, [0.1, 0.9], 1],
  ["the positive label, however improbable", { outcome: "positive", label: "b", threshold: 0.2 }, [0.7, 0.3], 1],
  ["the other label of a negative decision", { outcome: "negative", label: "b", threshold: 0.2 }, [0.9, 0.1], 0],
  [
    "the other label where the first is the positive one",
    { outcome: "negative", label: "a", threshold: 0.2 },
    [0.1, 0.9],
    1,
  ],
  ["the most probable of several labels", { outcome: "labels", labels: ["a", "b"] }, [0.6, 0.8, 0.2], 1],
  ["the most probable where no label is present", { outcome: "labels", labels: [] }, [0.1, 0.2, 0.3], 2],
  [
    "the most probable where the answer is withheld",
    { outcome: "abstain", reason: "low_probability" },
    [0.3, 0.4, 0.3],
    1,
  ],
  ["the first of equals", { outcome: "abstain", reason: "out_of_distribution" }, [0.5, 0.5], 0],
])("%s", (_what, decision, probabilities, label) => {
  expect(explainedLabel(scores(...probabilities), decision)).toBe(label);
});
