// Abstention limits on five validation images that can be counted by hand.

import { expect, test } from "vitest";
import { chooseAbstentionLimit, type AbstentionAim } from "../../../train/decide/choose-abstention-limit.ts";

const confidences = [0.99, 0.9, 0.8, 0.7, 0.5];
const isError = [0, 0, 1, 0, 1];

test.each<[what: string, aim: AbstentionAim, minimumProbability: number, coverage: number, risk: number]>([
  ["the coverage that was wanted", { aim: "coverage", atLeast: 0.6 }, 0.75, 0.6, 1 / 3],
  ["more, where it cannot be met exactly", { aim: "coverage", atLeast: 0.7 }, 0.6, 0.8, 0.25],
  ["every image", { aim: "coverage", atLeast: 1 }, 0.25, 1, 0.4],
  ["as many images as the risk allows", { aim: "risk", atMost: 0.25 }, 0.6, 0.8, 0.25],
  ["no error", { aim: "risk", atMost: 0 }, 0.85, 0.4, 0],
])("answers %s", (_what, aim, minimumProbability, coverage, risk) => {
  expect(chooseAbstentionLimit(confidences, isError, aim)).toEqual({
    ok: true,
    value: { minimumProbability: expect.closeTo(minimumProbability, 12), coverage, risk },
  });
});

test("cannot keep out an error that is the most confident answer", () => {
  expect(chooseAbstentionLimit([0.9, 0.8], [1, 0], { aim: "risk", atMost: 0.1 })).toMatchObject({
    ok: false,
    error: { reason: "aim_unreachable" },
  });
});
