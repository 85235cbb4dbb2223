import { expect, test } from "vitest";
import type { Inputs } from "../../../train/fit/inputs.ts";
import { pickCalibrationImages } from "../../../train/quantise/calibration-images.ts";

/** Images of one pixel. */
const inputsOf = (values: number[], labels: number[]): Inputs => ({
  count: values.length,
  shape: [1, 1, 1],
  images: { size: 1, first: 0, place: { values: new Float32Array(new SharedArrayBuffer(4 * values.length)) } },
  labels: Uint8Array.from(labels),
  background: [0],
});

function filled(values: number[], labels: number[]): Inputs {
  const inputs = inputsOf(values, labels);
  if ("values" in inputs.images.place) inputs.images.place.values.set(values);
  return inputs;
}

const pick = (count: number) => {
  const { images, answered, truth } = pickCalibrationImages(
    { validation: filled([1, 2, 3], [0, 1, 1]), training: filled([10, 20, 30, 40], [0, 0, 1, 1]) },
    count,
    7,
  );
  return { values: images.map(([value]) => value), answered, truth };
};

test("training images come after the validation images where there are few of those", () => {
  const { values, answered, truth } = pick(5);
  expect(values.slice(0, 3)).toEqual([1, 2, 3]);
  expect(values.slice(3).every((value) => value >= 10)).toBe(true);
  expect({ length: values.length, answered, truth }).toEqual({ length: 5, answered: 3, truth: [0, 1, 1] });
  expect(pick(100).values).toEqual([1, 2, 3, 10, 20, 30, 40]);
});

test("where there are enough of them, some are taken, with their labels, the same for a seed", () => {
  const { values, answered, truth } = pick(2);
  expect({ length: values.length, answered }).toEqual({ length: 2, answered: 2 });
  expect(truth).toEqual(values.map((value) => (value === 1 ? 0 : 1)));
  expect(pick(2)).toEqual(pick(2));
});

test("an image of several labels has one number for each", () => {
  const { truth } = pickCalibrationImages(
    { validation: filled([1, 2], [0, 1, 1, 1]), training: filled([10], [0, 0]) },
    3,
    7,
  );
  expect(truth).toEqual([0, 1, 1, 1]);
});
