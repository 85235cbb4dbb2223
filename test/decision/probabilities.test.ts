// Softmax, temperature and free energy, at sizes of logits where a careless formula gives infinity or NaN.

import { describe, expect, test } from "vitest";
import { freeEnergy, toProbabilities } from "../../src/decision/probabilities.ts";

const NONE = { method: "none" } as const;
const probabilities = (...logits: number[]) => [...toProbabilities(Float32Array.from(logits), NONE)];
const withTemperature = (temperature: number, ...logits: number[]) => [
  ...toProbabilities(Float32Array.from(logits), { method: "temperature", temperature }),
];

describe("toProbabilities", () => {
  test("gives equal logits equal shares", () => {
    expect(probabilities(3, 3, 3, 3)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test("gives the odds that the difference of two logits stands for", () => {
    const [rare, common] = probabilities(0, Math.log(3));
    expect(rare).toBeCloseTo(0.25, 7);
    expect(common).toBeCloseTo(0.75, 7);
  });

  test("does not overflow for huge logits", () => {
    expect(probabilities(1e30, 1e30)).toEqual([0.5, 0.5]);
    expect(probabilities(3e38, -3e38)).toEqual([1, 0]);
  });

  test("does not underflow for logits far below zero", () => {
    expect(probabilities(-1e30, -1e30)).toEqual([0.5, 0.5]);
  });

  test("gives everything to a class that dominates", () => {
    expect(probabilities(0, 1000, 0)).toEqual([0, 1, 0]);
  });

  test("gives one class certainty", () => {
    expect(probabilities(-7)).toEqual([1]);
  });

  test("sums to 1 over a thousand classes", () => {
    const logits = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10);
    expect(toProbabilities(logits, NONE).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });
});

describe("temperature", () => {
  test("of 1 changes nothing", () => {
    expect(withTemperature(1, 0, 1, 2)).toEqual(probabilities(0, 1, 2));
  });

  test("divides the logits", () => {
    expect(withTemperature(2, 0, 4)).toEqual(probabilities(0, 2));
  });

  test("above 1 brings the classes together, below 1 it parts them", () => {
    expect(withTemperature(10, 0, 1)[1]).toBeCloseTo(0.524_979, 6);
    expect(withTemperature(0.1, 0, 1)[1]).toBeCloseTo(0.999_955, 6);
  });

  test("next to zero still gives numbers", () => {
    expect(withTemperature(Number.MIN_VALUE, 1, 0)).toEqual([1, 0]);
  });
});

describe("freeEnergy", () => {
  test("is minus the logit of one class", () => {
    expect(freeEnergy(Float32Array.of(5))).toBe(-5);
  });

  test("is minus the logarithm of the count when all logits are zero", () => {
    expect(freeEnergy(Float32Array.of(0, 0, 0, 0))).toBeCloseTo(-Math.log(4), 12);
  });

  test("is lower for a confident input than for a doubtful one", () => {
    expect(freeEnergy(Float32Array.of(10, 0))).toBeLessThan(freeEnergy(Float32Array.of(1, 0)));
  });

  test("stays finite for huge logits of either sign", () => {
    expect(freeEnergy(Float32Array.of(1e30, 1e30))).toBe(-Math.fround(1e30));
    expect(freeEnergy(Float32Array.of(-1e30, -1e30))).toBe(Math.fround(1e30));
  });
});
