// Thresholds on eight validation images that can be counted by hand.

import { expect, test } from "vitest";
import { chooseOperatingPoint, type OperatingAim } from "../../../train/decide/choose-operating-point.ts";

const probabilities = [0.95, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.1];
const truth = [1, 1, 0, 1, 0, 1, 0, 0];

test.each<[what: string, aim: OperatingAim, threshold: number, sensitivity: number, specificity: number]>([
  ["Youden's J takes the strictest of equals", { aim: "youden" }, 0.85, 0.5, 1],
  ["a wanted sensitivity", { aim: "sensitivity", atLeast: 0.75 }, 0.65, 0.75, 0.75],
  ["every positive", { aim: "sensitivity", atLeast: 1 }, 0.35, 1, 0.5],
  ["a wanted specificity", { aim: "specificity", atLeast: 0.7 }, 0.65, 0.75, 0.75],
  ["no false positive", { aim: "specificity", atLeast: 1 }, 0.85, 0.5, 1],
  ["anything at all", { aim: "specificity", atLeast: 0 }, 0.35, 1, 0.5],
  ["a threshold that stays", { aim: "threshold", at: 0.6 }, 0.6, 0.75, 0.5],
])("%s", (_what, aim, threshold, sensitivity, specificity) => {
  expect(chooseOperatingPoint(probabilities, truth, aim)).toEqual({
    ok: true,
    value: { threshold: expect.closeTo(threshold, 12), sensitivity, specificity },
  });
});

test("keeps equal probabilities on one side", () => {
  expect(chooseOperatingPoint([0.8, 0.8, 0.2], [1, 0, 0], { aim: "youden" })).toEqual({
    ok: true,
    value: { threshold: 0.5, sensitivity: 1, specificity: 0.5 },
  });
});

test("is impossible with one class, or when the likeliest image is a false positive", () => {
  expect(chooseOperatingPoint([0.2, 0.8], [1, 1], { aim: "youden" })).toMatchObject({ error: { reason: "one_class" } });
  expect(chooseOperatingPoint([0.9, 0.8], [0, 1], { aim: "specificity", atLeast: 1 })).toMatchObject({
    error: { reason: "aim_unreachable" },
  });
});
