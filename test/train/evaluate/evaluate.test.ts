// A whole evaluation through real PNG files and the serving code, of a model that sees how bright an image is.

import { beforeAll, describe, expect, test } from "vitest";
import { fail, ok } from "../../../src/base/result.ts";
import { createImageReader, type ReadImage } from "../../../src/image/read-image.ts";
import type { Model } from "../../../src/model/model.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import type { Split } from "../../../train/data/dataset.ts";
import { evaluate } from "../../../train/evaluate/evaluate.ts";
import { strangeImages } from "../../../train/evaluate/images/strange-images.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

const model: Model = {
  manifest: {
    ...exampleManifest,
    input: { ...exampleManifest.input, height: 4, width: 4 },
    calibration: { method: "none" },
    decision: {
      ...exampleManifest.decision,
      threshold: 0.5,
      abstention: { minimumProbability: 0.55, outOfDistribution: { method: "energy", maximumEnergy: -1 } },
    },
  },
  digest: "0".repeat(64),
  // Bright images are positive, middling ones unsure, and black ones have no energy.
  run: (inputHwc) => {
    const mean = inputHwc.reduce((sum, value) => sum + value, 0) / inputHwc.length;
    return [{ logits: mean === 0 ? Float32Array.of(-5, -5) : Float32Array.of(2, 2 + 8 * (mean - 0.5)) }];
  },
  dispose: () => undefined,
};

/** Six dark and six bright images of two patients; the one at index 5 is labelled against its looks. */
const brightness = [40, 50, 60, 70, 80, 200, 180, 190, 200, 210, 220, 230];
const images: Split = {
  count: 12,
  labels: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1),
  groups: brightness.map((_, i) => (i % 2 === 0 ? "a" : "b")),
  nameOf: (index) => `${index}.png`,
  read: async (index) =>
    ok({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(brightness[index]), maxValue: 255 }),
};

let readImage: ReadImage;
beforeAll(async () => {
  readImage = createImageReader(await loadCodecModules());
});

const dataset = { name: "shades", sha256: "0".repeat(64) };
const run = (split: Split, options: Partial<Parameters<typeof evaluate>[4]> = {}) =>
  evaluate(model, split, dataset, readImage, { seed: 1, corrupted: 0, onProgress: () => undefined, ...options });

describe("an evaluation", () => {
  test("has the figures of the files as they were posted", async () => {
    const evaluated = await run(images);
    if (!evaluated.ok) throw new Error(evaluated.error.detail);
    const { evaluation, verdicts } = evaluated.value;
    expect(verdicts).toHaveLength(12);
    expect(evaluation).toMatchObject({
      schemaVersion: 1,
      dataset: { name: "shades", split: "test", images: 12, groups: 2 },
      accuracy: { value: 11 / 12 },
      confusionMatrix: [
        [5, 1],
        [0, 6],
      ],
      detection: [{ label: "pneumonia", auc: { value: expect.closeTo(33.5 / 36, 12) } }],
      calibration: { of: "positive label", bins: 15, method: { method: "none" } },
      selective: { coverage: { value: 1 }, withheld: { lowProbability: 0, outOfDistribution: 0 } },
      operatingPoints: [{ threshold: 0.5, test: { sensitivity: { value: 1 }, specificity: { value: 5 / 6 } } }],
    });
    expect(evaluation.curves[0].roc.at(-1)?.slice(1)).toEqual([1, 0]);
    expect(evaluation).not.toHaveProperty("outOfDistribution");
    expect(evaluation).not.toHaveProperty("corruptions");
    expect(JSON.stringify(evaluation)).not.toMatch(/null|\.png/);
  });

  test("is the same twice", async () => {
    expect(await run(images, { corrupted: 2 })).toEqual(await run(images, { corrupted: 2 }));
  });

  test("measures false alarms and what is caught of strangers", async () => {
    const black: Split = { ...images, count: 2, read: async () => ok({ ...pixel, data: new Uint8Array(16) }) };
    const strangers = new Map<string, Pick<Split, "count" | "nameOf" | "read">>([
      ["black", black],
      ["noise", strangeImages("uniform noise", { width: 4, height: 4, colour: "grey" }, 3, "measuring")],
    ]);
    const evaluated = await run(images, { strangers });
    expect(evaluated).toMatchObject({
      value: {
        evaluation: {
          outOfDistribution: {
            gate: "energy",
            falseAlarms: { value: 0 },
            strangers: [
              { name: "black", images: 2, caught: { value: 1 }, withheld: { value: 1 } },
              { name: "noise", images: 3 },
            ],
          },
        },
      },
    });
  });

  test("looks at damaged images, as often as it said it would", async () => {
    const progress: [number, number][] = [];
    const evaluated = await run(images, { corrupted: 3, onProgress: (...at) => progress.push(at) });
    if (!evaluated.ok) throw new Error(evaluated.error.detail);
    expect(evaluated.value.evaluation.corruptions).toMatchObject({ images: 3, undamaged: { withheld: { value: 0 } } });
    expect(evaluated.value.evaluation.corruptions?.damaged).toHaveLength(25);
    expect(progress.at(-1)).toEqual([12 + 26 * 3, 12 + 26 * 3]);
  });

  test("tells parts of the images apart", async () => {
    const subgroups = brightness.map((value) => (value === 200 ? "hard" : "easy"));
    expect(await run({ ...images, subgroups })).toMatchObject({
      value: {
        evaluation: {
          subgroups: [
            { name: "easy", images: 10, accuracy: { value: 1 } },
            { name: "hard", images: 2, accuracy: { value: 0.5 } },
          ],
        },
      },
    });
  });

  test("names the image that cannot be read, or that the model refuses", async () => {
    const unreadable: Split = { ...images, read: async () => fail("corrupt", "the image is damaged") };
    expect(await run(unreadable)).toEqual({
      ok: false,
      error: { reason: "image_unreadable", detail: "0.png cannot be read: the image is damaged" },
    });
    const large: Split = {
      ...images,
      read: async () => ok({ ...pixel, width: 9, height: 9, data: new Uint8Array(81) }),
    };
    expect(await run(large)).toMatchObject({ error: { reason: "image_refused" } });
  });
});

const pixel = { width: 4, height: 4, channels: 1, maxValue: 255 } as const;
