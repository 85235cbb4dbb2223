// The spine with a model and a decoder made of a few literal numbers.

import { describe, expect, test } from "vitest";
import { fail, ok } from "../src/base/result.ts";
import type { Samples } from "../src/image/pixels.ts";
import type { ReadImage } from "../src/image/read-image.ts";
import type { Model } from "../src/model/model.ts";
import { predict, predictAll } from "../src/predict.ts";
import { exampleManifest } from "./bundle/example-manifest.ts";

const readTwoByTwo: ReadImage = async (_bytes, _limits, openRows) => {
  openRows({ width: 2, height: 2, channels: 1, maxValue: 255, orientation: 1 })(Uint8Array.of(0, 51, 102, 255));
  return ok({ mediaType: "image/png", width: 2, height: 2 });
};

const neverReads: ReadImage = () => Promise.reject(new Error("read what should have been refused"));

const modelThatGives = (...logits: number[]): Model => ({
  manifest: { ...exampleManifest, calibration: { method: "none" } },
  digest: "0".repeat(64),
  run: () => [{ logits: Float32Array.from(logits) }],
  dispose() {},
});

test("decodes, preprocesses, runs and decides", async () => {
  const inputs: number[][] = [];
  const model: Model = {
    ...modelThatGives(),
    run(inputNhwc) {
      inputs.push([...inputNhwc]);
      return [{ logits: Float32Array.of(0, Math.log(3)) }];
    },
  };
  expect(await predict(Uint8Array.of(1), model, readTwoByTwo)).toEqual({
    ok: true,
    value: {
      scores: [
        { label: exampleManifest.labels[0], probability: expect.closeTo(0.25, 6), logit: 0 },
        { label: exampleManifest.labels[1], probability: expect.closeTo(0.75, 6), logit: Math.fround(Math.log(3)) },
      ],
      decision: { outcome: "positive", label: "pneumonia", threshold: 0.25 },
      image: { mediaType: "image/png", width: 2, height: 2 },
    },
  });
  expect(inputs).toEqual([[0, Math.fround(0.2), Math.fround(0.4), 1]]);
});

test("gives the decoder the bytes and the manifest's ceiling on pixels", async () => {
  const asked: unknown[] = [];
  const bytes = Uint8Array.of(1, 2, 3);
  await predict(bytes, modelThatGives(0, 0), async (given, { maxPixels }) => {
    asked.push(given, maxPixels);
    return fail("corrupt", "the image is damaged");
  });
  expect(asked).toEqual([bytes, 64]);
});

describe("refuses", () => {
  test("one byte too many before anything is decoded", async () => {
    expect(await predict(new Uint8Array(1025), modelThatGives(0, 0), neverReads)).toEqual({
      ok: false,
      error: { reason: "too_many_bytes", detail: "the image has more bytes than the model accepts" },
    });
  });

  test("no image for being exactly as large as allowed", async () => {
    expect((await predict(new Uint8Array(1024), modelThatGives(0, 1), readTwoByTwo)).ok).toBe(true);
  });

  test("what the decoder refuses, in the decoder's words", async () => {
    const failure = fail("too_many_pixels", "the image has more pixels than the model accepts");
    expect(await predict(Uint8Array.of(1), modelThatGives(0, 0), async () => failure)).toEqual(failure);
  });

  test.each([
    ["NaN", [Number.NaN, 0]],
    ["infinity", [0, Infinity]],
    ["minus infinity", [-Infinity, 0]],
  ])("to decide on a score of %s", async (_what, logits) => {
    expect(await predict(Uint8Array.of(1), modelThatGives(...logits), readTwoByTwo)).toEqual({
      ok: false,
      error: { reason: "not_finite", detail: "the model's scores for this image are not finite numbers" },
    });
  });
});

describe("of several images", () => {
  const grey: Samples = { width: 2, height: 2, channels: 1, data: Float32Array.of(0, 51, 102, 255), maxValue: 255 };

  /** Says the brightness of the first sample of each image, and counts its passes. */
  function firstSample(): { model: Model; passes: number[] } {
    const passes: number[] = [];
    const run = (inputNhwc: Float32Array) => {
      passes.push(inputNhwc.length / 4);
      return Array.from({ length: inputNhwc.length / 4 }, (_, i) => ({
        logits: Float32Array.of(inputNhwc[4 * i + 1], 0),
      }));
    };
    return { model: { ...modelThatGives(), run }, passes };
  }

  test("those that can be read share a forward pass, and each has its own answer in order", async () => {
    const { model, passes } = firstSample();
    const brighter = { ...grey, data: Float32Array.of(0, 102, 0, 0) };
    const answers = await predictAll([grey, new Uint8Array(1025), brighter], model, neverReads);
    expect(passes).toEqual([2]);
    expect(answers).toMatchObject([
      { ok: true, value: { scores: [{ logit: Math.fround(0.2) }, {}], image: { width: 2, height: 2 } } },
      { ok: false, error: { reason: "too_many_bytes" } },
      { ok: true, value: { scores: [{ logit: Math.fround(0.4) }, {}] } },
    ]);
  });

  test("a pass takes at most 64", async () => {
    const { model, passes } = firstSample();
    expect(
      await predictAll(
        Array.from({ length: 130 }, () => grey),
        model,
        neverReads,
      ),
    ).toHaveLength(130);
    expect(passes).toEqual([64, 64, 2]);
  });

  test("none runs where none can be read", async () => {
    const { model, passes } = firstSample();
    const tooLarge = { ...grey, width: 9, height: 9 };
    expect(await predictAll([tooLarge], model, neverReads)).toMatchObject([
      { ok: false, error: { reason: "too_many_pixels" } },
    ]);
    expect(passes).toEqual([]);
  });
});
