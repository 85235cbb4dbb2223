// Figures from a confusion matrix small enough to count by hand.

import { expect, test } from "vitest";
import { countConfusion, toAccuracy, toClassFigures } from "../../../../train/evaluate/figures/confusion.ts";

const LABELS = ["cat", "dog", "owl"];
/** Rows are the truth: nothing is ever taken for an owl. */
const matrix = [
  [4, 1, 0],
  [2, 3, 0],
  [1, 1, 0],
];

test("counts truth in rows and predictions in columns", () => {
  const truth = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2];
  const predicted = [0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1];
  expect(countConfusion(truth, predicted, 3)).toEqual(matrix);
});

test("counts no images as a matrix of zeros", () => {
  expect(countConfusion([], [], 2)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("takes the accuracy from the diagonal", () => {
  expect(toAccuracy(matrix)).toEqual({
    value: 7 / 12,
    interval95: [expect.closeTo(0.3195, 4), expect.closeTo(0.8067, 4)],
  });
});

test("gives each class its support, precision and recall", () => {
  const [cat, dog] = toClassFigures(matrix, LABELS);
  expect(cat).toMatchObject({ label: "cat", support: 5, precision: { value: 4 / 7 }, recall: { value: 4 / 5 } });
  expect(dog).toMatchObject({ label: "dog", support: 5, precision: { value: 3 / 5 }, recall: { value: 3 / 5 } });
});

test("has no precision for a class that is never predicted", () => {
  const owl = toClassFigures(matrix, LABELS)[2];
  expect(owl).toEqual({
    label: "owl",
    support: 2,
    precision: undefined,
    recall: { value: 0, interval95: [expect.closeTo(0, 12), expect.closeTo(0.6576, 4)] },
  });
});

test("has no recall for a class that no image shows", () => {
  const [present, absent] = toClassFigures(
    [
      [1, 1],
      [0, 0],
    ],
    ["present", "absent"],
  );
  expect(present.recall?.value).toBe(0.5);
  expect(absent).toMatchObject({ support: 0, recall: undefined, precision: { value: 0 } });
});

test("has no accuracy without images", () => {
  expect(toAccuracy([[0]])).toBeUndefined();
});
