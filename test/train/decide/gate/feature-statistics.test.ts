// Feature statistics against scikit-learn 1.7 (covariance.ledoit_wolf, assume_centered) and the distances they give.

import { describe, expect, test } from "vitest";
import { parseFeatureStatistics } from "../../../../src/bundle/feature-statistics.ts";
import { mahalanobisDistance } from "../../../../src/decision/mahalanobis-distance.ts";
import { fitFeatureStatistics, toStatisticsFile } from "../../../../train/decide/gate/fit-feature-statistics.ts";
import { ledoitWolf } from "../../../../train/decide/gate/ledoit-wolf.ts";
import { whiteningMatrix } from "../../../../train/decide/gate/whitening-matrix.ts";

test("the covariance is shrunk as far as scikit-learn shrinks it", () => {
  const rows = [
    [1, 2, 0],
    [2, 1, 1],
    [0, 1, 3],
    [4, 2, 2],
    [3, 5, 1],
    [1, 0, 2],
    [6, 6, 0],
    [0, 7, 1],
  ];
  const centred = rows.map(([a, b, c]) => [a - 17 / 8, b - 3, c - 10 / 8]);
  const { covariance, shrinkage } = ledoitWolf(centred, 3);
  expect(shrinkage).toBeCloseTo(0.663_739_201_974_496_1, 12);
  expect([...covariance]).toEqual(
    [3.686_526_249_485_81, 0.504_391_197_038_26, -0.262_703_748_457_42]
      .concat([0.504_391_197_038_26, 4.406_334_520_259_15, -0.420_325_997_531_88])
      .concat([-0.262_703_748_457_42, -0.420_325_997_531_88, 2.704_014_230_255_04])
      .map((value) => expect.closeTo(value, 12)),
  );
});

test("the whitening of [[4, 2], [2, 2]] undoes its Cholesky factor [[2, 0], [1, 1]]", () => {
  expect(whiteningMatrix(Float64Array.of(4, 2, 2, 2), 2)).toEqual(Float64Array.of(0.5, -0.5, 1));
  expect(whiteningMatrix(Float64Array.of(1, 1, 1, 1), 2)).toBeUndefined();
});

describe("two classes along a diagonal", () => {
  const rows = [
    [0, 0],
    [2, 2.1],
    [4, 3.8],
    [6, 6.2],
    [10, 0],
    [12, 2.2],
    [14, 3.9],
    [16, 6.1],
    [8, 8],
    [18, 7.9],
  ].map((row) => Float32Array.from(row));
  const fitted = fitFeatureStatistics(rows, [0, 0, 0, 0, 1, 1, 1, 1, 0, 1]);
  if (!fitted.ok) throw new Error(fitted.error.detail);

  test.each([
    [[3, 3], 0.371_409_670_408],
    [[9, 4], 3.448_976_926_361],
    [[20, -4], 9.383_803_144_406],
    [[14, 4.02], 0],
    [[4, 4.02], 0],
  ])("%j is %f from the nearest", (row, distance) => {
    expect(mahalanobisDistance(Float32Array.from(row), fitted.value)).toBeCloseTo(distance, 4);
  });

  test("survive the file", () => {
    expect(parseFeatureStatistics(toStatisticsFile(fitted.value))).toEqual(fitted);
  });
});

test.each([
  ["no images", []],
  ["more features than the gate compares", [new Float32Array(513)]],
  ["features that never vary", [Float32Array.of(1, 2), Float32Array.of(1, 2)]],
])("nothing is fitted to %s", (_what, rows) => {
  expect(fitFeatureStatistics(rows, [0, 0])).toMatchObject({ ok: false, error: { reason: "features_unusable" } });
});
