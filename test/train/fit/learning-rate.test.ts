import { expect, test } from "vitest";
import { learningRateAt } from "../../../train/fit/learning-rate.ts";

const cosine = { kind: "cosine", learningRate: 1, warmupEpochs: 2 } as const;
const at = (step: number) => learningRateAt(cosine, step, 5, 12);

test("a constant rate is the same at every step", () => {
  expect(learningRateAt({ kind: "constant", learningRate: 0.25 }, 1234, 5, 12)).toBe(0.25);
});

test("warm-up climbs evenly and reaches the full rate at its last step", () => {
  expect([at(0), at(4), at(9)]).toEqual([0.1, 0.5, 1]);
});

test("the cosine begins at the full rate, is at half of it half way, and ends near 0", () => {
  expect(at(10)).toBe(1);
  expect(at(35)).toBeCloseTo(0.5, 12);
  expect(at(59)).toBeCloseTo(0.5 * (1 + Math.cos((Math.PI * 49) / 50)), 12);
});

test("without a warm-up the first step has the full rate", () => {
  expect(learningRateAt({ kind: "cosine", learningRate: 0.5, warmupEpochs: 0 }, 0, 5, 12)).toBe(0.5);
});
