// The gate is the score that parts strange images best, at the limit that raises as many false alarms as allowed.

import { expect, test } from "vitest";
import { chooseGate } from "../../../../train/decide/gate/choose-gate.ts";

const familiar = Array.from({ length: 21 }, (_, i) => i);
const energy = { method: "energy" as const, familiar, strange: [15, 19.5, 30] };
const mahalanobis = { method: "mahalanobis" as const, familiar, strange: [18.5, 25, 30] };

test("takes the method with the larger area", () => {
  expect(chooseGate([energy, mahalanobis], 0.05)).toEqual({
    method: "mahalanobis",
    limit: 19,
    auc: expect.closeTo((19 + 21 + 21) / 63, 12),
    falseAlarms: 1 / 21,
    caught: 2 / 3,
  });
});

test("without false alarms has the strangest familiar image as its limit", () => {
  expect(chooseGate([energy], 0)).toMatchObject({ method: "energy", limit: 20, falseAlarms: 0, caught: 1 / 3 });
});

test("is none where no method beats chance, and without images", () => {
  expect(chooseGate([{ method: "energy", familiar: [1, 2], strange: [1, 2] }], 0.05)).toBeUndefined();
  expect(chooseGate([{ method: "energy", familiar: [], strange: [1] }], 0.05)).toBeUndefined();
  expect(chooseGate([], 0.05)).toBeUndefined();
});
