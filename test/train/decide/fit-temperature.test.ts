// Temperatures against scipy.optimize.minimize_scalar on the same likelihood.

import { describe, expect, test } from "vitest";
import { fitTemperature } from "../../../train/decide/fit-temperature.ts";

describe("a softmax", () => {
  const logits = [
    [4, 0, 1],
    [3, 2, 0],
    [0, 5, 1],
    [2, 1, 2.5],
    [0, 1, 6],
    [5, 4, 0],
    [1, 0, 3],
    [0, 2, 1],
  ];

  test("gets the temperature of least log loss", () => {
    expect(fitTemperature(logits, [0, 1, 1, 2, 2, 0, 0, 1], "softmax")).toEqual({
      temperature: expect.closeTo(1.239_514_6, 6),
      logLossBefore: expect.closeTo(0.618_571_689_230_127_6, 12),
      logLossAfter: expect.closeTo(0.607_431_735_356_206_2, 12),
    });
  });

  test("that is overconfident is warmed, one that is underconfident cooled", () => {
    const fit = (scale: number) =>
      fitTemperature(
        logits.map((row) => row.map((logit) => logit * scale)),
        [0, 1, 1, 2, 2, 0, 0, 1],
        "softmax",
      ).temperature;
    expect(fit(10)).toBeCloseTo(12.395_146, 4);
    expect(fit(0.1)).toBeCloseTo(0.123_951_46, 6);
  });

  test("that is never wrong is cooled to the bound and no further", () => {
    expect(fitTemperature([[1, 0]], [0], "softmax").temperature).toBeCloseTo(0.05, 6);
  });

  test("that is always wrong is warmed to the bound and no further", () => {
    expect(fitTemperature([[1, 0]], [1], "softmax").temperature).toBeCloseTo(20, 4);
  });

  test("has a finite loss for huge logits", () => {
    expect(fitTemperature([[3e38, -3e38]], [1], "softmax").logLossBefore).toBe(6e38);
  });
});

test("sigmoids get one temperature over all labels", () => {
  const logits = [
    [2, -1],
    [-3, 1],
    [0.5, 2],
    [1, -2],
  ];
  expect(fitTemperature(logits, [1, 0, 0, 0, 1, 1, 0, 1], "sigmoid")).toEqual({
    temperature: expect.closeTo(2.520_846_1, 6),
    logLossBefore: expect.closeTo(0.730_404_178_929_679_5, 12),
    logLossAfter: expect.closeTo(0.639_217_743_968_619_5, 12),
  });
});
