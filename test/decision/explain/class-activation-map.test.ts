// Class activation maps from literal numbers, and against their definition written as plain loops over a real network.

import { array, assert, constantFrom, float, property } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { classActivationMap } from "../../../src/decision/explain/class-activation-map.ts";
import { toLabelScore } from "../../../src/decision/explain/label-score.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { averagingModel } from "../../model/averaging-bundle.ts";

beforeAll(() => useWasmBackend());

// Two rows of three places with two channels each; three logits.
const map = { height: 2, width: 3, channels: 2, data: Float32Array.of(1, 0, 0, 1, 2, 3, 0, 0, -1, 4, 5, 5) };
const head = { kernel: Float32Array.of(1, 10, 0, -2, 100, 0.5), bias: Float32Array.of(7, 8, 9) };

test("adds up the channels of each place, weighted for the label", () => {
  expect(classActivationMap(map, head, { index: 0, sign: 1 })).toEqual({
    height: 2,
    width: 3,
    values: Float64Array.of(1, -2, -4, 0, -9, -5),
  });
  expect(classActivationMap(map, head, { index: 1, sign: 1 }).values).toEqual(
    Float64Array.of(10, 100, 320, 0, 390, 550),
  );
  expect([...classActivationMap(map, head, { index: 2, sign: 1 }).values]).toEqual([0, 0.5, 1.5, 0, 2, 2.5]);
});

test("what speaks against a label has the other sign", () => {
  expect([...classActivationMap(map, head, { index: 2, sign: -1 }).values]).toEqual([0, -0.5, -1.5, 0, -2, -2.5]);
});

describe("the score of a label", () => {
  const softmax = { task: "multiclass", graph: {} } as const;
  const sigmoid = { task: "binary", graph: { head: "sigmoid" } } as const;

  test("is its logit, and of one logit for two labels the logit or its opposite", () => {
    expect(toLabelScore(3, softmax)).toEqual({ index: 3, sign: 1 });
    expect(toLabelScore(0, { ...softmax, task: "binary" })).toEqual({ index: 0, sign: 1 });
    expect(toLabelScore(4, { ...sigmoid, task: "multilabel" })).toEqual({ index: 4, sign: 1 });
    expect(toLabelScore(0, sigmoid)).toEqual({ index: 0, sign: -1 });
    expect(toLabelScore(1, sigmoid)).toEqual({ index: 0, sign: 1 });
  });
});

describe.each(["softmax", "sigmoid"] as const)("of a network with a %s head", (kind) => {
  test("a map is the definition's, and its mean and the bias are the score", async () => {
    const model = await averagingModel({ head: kind, input: { height: 6, width: 5 } });
    const inputs = array(float({ min: -4, max: 4, noNaN: true }), { minLength: 30, maxLength: 30 });
    assert(
      property(inputs, constantFrom(0, 1), (samples, label) => {
        const [{ logits, featureMap }] = model.run(Float32Array.from(samples), { featureMap: true });
        if (!featureMap || !model.classActivation) throw new Error("the model gave no feature map");
        const { kernel, bias } = model.classActivation;
        const score = toLabelScore(label, model.manifest);
        const { height, width, values } = classActivationMap(featureMap, model.classActivation, score);
        const expected: number[] = [];
        for (let y = 0; y < featureMap.height; y++) {
          for (let x = 0; x < featureMap.width; x++) {
            let sum = 0;
            for (let k = 0; k < featureMap.channels; k++) {
              const activation = featureMap.data[(y * featureMap.width + x) * featureMap.channels + k];
              sum += activation * kernel[k * logits.length + score.index];
            }
            expected.push(score.sign * sum);
          }
        }
        expect([...values]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
        const mean = values.reduce((sum, value) => sum + value, 0) / (height * width);
        expect(mean + score.sign * bias[score.index]).toBeCloseTo(score.sign * logits[score.index], 4);
      }),
      { seed: 20160627, numRuns: 50 },
    );
  });
});
