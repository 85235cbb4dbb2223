import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { sumLoss, toLogits } from "../../../../train/fit/gradients/loss.ts";
import { toImageWeights, toTargets } from "../../../../train/fit/batches/targets.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";

beforeAll(useWasmBackend);

const lossOf = (
  task: "multiclass" | "multilabel",
  logits: number[][],
  targets: number[][],
  weights: number[],
  gamma = 0,
) => {
  const batch = { targets: Float32Array.from(targets.flat()), weights: Float32Array.from(weights) };
  return sumLoss(task, tf.tensor2d(logits), batch, gamma).sum.dataSync()[0];
};

describe("the loss of a batch", () => {
  test("is the cross-entropy of softmax, summed over the images", () => {
    const loss = lossOf(
      "multiclass",
      [
        [0, 0],
        [Math.log(3), 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [1, 1],
    );
    expect(loss).toBeCloseTo(Math.log(2) + Math.log(4), 5);
  });

  test("counts an image as often as its weight says", () => {
    expect(
      lossOf(
        "multiclass",
        [
          [0, 0],
          [0, 0],
        ],
        [
          [1, 0],
          [0, 1],
        ],
        [3, 0],
      ),
    ).toBeCloseTo(3 * Math.log(2), 5);
  });

  test("stays finite for logits that overflow an exponential", () => {
    expect(lossOf("multiclass", [[1000, -1000]], [[0, 1]], [1])).toBeCloseTo(2000, 2);
    expect(lossOf("multilabel", [[1000, -1000]], [[0, 1]], [1])).toBeCloseTo(1000, 2);
  });

  test("of the focal kind turns down what is already certain", () => {
    const logits = [[Math.log(9), 0]];
    expect(lossOf("multiclass", logits, [[1, 0]], [1], 2)).toBeCloseTo(0.1 ** 2 * -Math.log(0.9), 6);
  });

  test("of several labels is their mean", () => {
    expect(lossOf("multilabel", [[0, Math.log(3)]], [[1, 1]], [1])).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 5);
  });

  test("has a gradient for whatever made the logits, times that of whatever is made of it", () => {
    const batch = { targets: Float32Array.of(1, 0), weights: Float32Array.of(1) };
    const lossOfScores = (x: tf.Tensor) => tf.mul(sumLoss("multiclass", tf.mul<tf.Tensor2D>(x, 2), batch, 0).sum, 3);
    const gradient = tf
      .grad(lossOfScores)(tf.tensor2d([[0, 0]]))
      .dataSync();
    expect([...gradient]).toEqual([-3, 3]);
  });

  test("is told with how many images it is right about", () => {
    const batch = { targets: Float32Array.of(1, 0, 1, 0), weights: Float32Array.of(1, 1) };
    expect(sumLoss("multiclass", tf.tensor2d([[2, 1], [1, 2]]), batch, 0).correct).toBe(1); // prettier-ignore
  });

  test("takes probabilities back to logits, and does not fall below Keras' smallest", () => {
    const logits = toLogits(tf.tensor2d([[1, 0]]), true).dataSync();
    expect(logits[0]).toBeCloseTo(0, 6);
    expect(logits[1]).toBeCloseTo(Math.log(1e-7), 3);
  });
});

describe("targets and weights", () => {
  const options = { labelSmoothing: 0, classWeights: "none", focalGamma: 0 } as const;

  test("smoothing spreads its share over all classes", () => {
    const targets = toTargets(Uint8Array.of(2), "multiclass", 4, { ...options, labelSmoothing: 0.2 });
    expect([...targets]).toEqual(
      [0.05, 0.05, 0.05 + 0.8, 0.05].map((value, i) =>
        i === 2 ? Math.fround(Math.fround(0.05) + 0.8) : Math.fround(value),
      ),
    );
  });

  test("of several labels are the labels, smoothed towards a half", () => {
    expect([...toTargets(Uint8Array.of(1, 0), "multilabel", 2, { ...options, labelSmoothing: 0.5 })]).toEqual([
      0.75, 0.25,
    ]);
  });

  test("balanced weights make classes count alike, with a mean of 1", () => {
    expect([
      ...toImageWeights(Uint8Array.of(0, 1, 1, 1), "binary", 2, { ...options, classWeights: "balanced" }),
    ]).toEqual([2, 2 / 3, 2 / 3, 2 / 3].map(Math.fround));
  });

  test("a class that no image has does not matter", () => {
    expect([...toImageWeights(Uint8Array.of(0, 2), "multiclass", 3, { ...options, classWeights: "balanced" })]).toEqual(
      [1, 1],
    );
  });
});
