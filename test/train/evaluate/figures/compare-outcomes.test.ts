// Comparisons whose outcome is known: a model with itself, with a better one, and with one that differs on few images.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../../src/bundle/manifest.ts";
import { decide } from "../../../../src/decision/decide.ts";
import { compareOutcomes } from "../../../../train/evaluate/figures/compare-outcomes.ts";
import { toOutcomes } from "../../../../train/evaluate/outcomes.ts";

type Policy = Pick<Manifest, "task" | "labels" | "calibration" | "decision">;

const manifest: Policy = {
  task: "binary",
  labels: [{ name: "normal" }, { name: "pneumonia" }],
  calibration: { method: "none" },
  decision: {
    policy: "threshold",
    positiveLabel: "pneumonia",
    threshold: 0.5,
    operatingPoint: { chosenOn: "validation split", sensitivity: 1, specificity: 1 },
    abstention: {},
  },
};

const COUNT = 60;
const truth = Array.from({ length: COUNT }, (_, i) => i % 2);

/** Wrong on every `every`-th image; surer of itself the larger the logit. */
function outcomesOf(every: number, policy: Policy = manifest) {
  const verdicts = truth.map((label, i) => {
    const isWrong = i % every === 0;
    const logit = (label === 1) === isWrong ? -1 - i / COUNT : 1 + i / COUNT;
    return decide(Float32Array.of(0, logit), { ...policy, graph: {} });
  });
  return toOutcomes(verdicts, truth, policy);
}

const verdictsOf = (a: number, b: number) =>
  Object.fromEntries(
    compareOutcomes(outcomesOf(a), outcomesOf(b), { seed: 1 }).map(({ figure, verdict }) => [figure, verdict]),
  );

describe("a model", () => {
  test("is not shown to be better than itself", () => {
    expect(verdictsOf(5, 5)).toEqual({
      accuracy: "not shown",
      AUC: "not shown",
      "balanced accuracy": "not shown",
      "Brier score": "not shown",
    });
  });

  test("is better where it is right far more often, and the other way round worse", () => {
    const figures = ["accuracy", "AUC", "balanced accuracy", "Brier score"];
    expect(verdictsOf(2, 1000)).toEqual(Object.fromEntries(figures.map((figure) => [figure, "better"])));
    expect(verdictsOf(1000, 2)).toEqual(Object.fromEntries(figures.map((figure) => [figure, "worse"])));
  });

  test("is not shown to be better for a few images", () => {
    expect(verdictsOf(30, 1000)["accuracy"]).toBe("not shown");
  });
});

test("says which test was made, with its figures", () => {
  const [accuracy, auc, balanced] = compareOutcomes(outcomesOf(10), outcomesOf(60), { seed: 1 });
  // Wrong on 6 images and on 1 of those: McNemar's exact p of 0 against 5.
  expect(accuracy).toMatchObject({ figure: "accuracy", a: 0.9, b: 59 / 60, method: "McNemar exact", p: 0.0625 });
  expect(auc).toMatchObject({ figure: "AUC", method: "DeLong", p: expect.any(Number) });
  expect(balanced).toMatchObject({ figure: "balanced accuracy", method: "paired bootstrap" });
});

test("a multiclass task is compared by its mean AUC, with the bootstrap", () => {
  const argmax: Policy = { ...manifest, task: "multiclass", decision: { policy: "argmax", abstention: {} } };
  const differences = compareOutcomes(outcomesOf(3, argmax), outcomesOf(3, argmax), { seed: 1 });
  expect(differences.find(({ figure }) => figure === "AUC")).toMatchObject({
    method: "paired bootstrap",
    interval95: [0, 0],
    verdict: "not shown",
  });
});
