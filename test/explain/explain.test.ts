// A prediction with its map: of which label, at which cost, of what size; and what cannot be explained.

import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { fail, ok } from "../../src/base/result.ts";
import type { Samples } from "../../src/image/pixels.ts";
import type { ReadImage } from "../../src/image/read-image.ts";
import type { Model } from "../../src/model/model.ts";
import { explain } from "../../src/explain/explain.ts";
import { predict } from "../../src/predict.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingModel } from "../model/averaging-bundle.ts";
import { brightnessModel, readsAs, spotted } from "./bright-spot.ts";

const posted = new Uint8Array(1);
const spot = spotted(16, 16, { x: 0, y: 0, side: 8 });

async function explainOrFail(model: Model, readImage: ReadImage, label?: number) {
  const explained = await explain(posted, model, readImage, { label });
  if (!explained.ok) throw new Error(explained.error.detail);
  return explained.value;
}

describe("the prediction", () => {
  test.each(["class_activation", "occlusion"] as const)("is what the spine gives, with %s too", async (method) => {
    const { model } = brightnessModel(method);
    const predicted = await predict(posted, model, readsAs(spot));
    const { explanation: _, ...prediction } = await explainOrFail(model, readsAs(spot));
    expect({ ok: true, value: prediction }).toEqual(predicted);
  });

  test("has a map where it is withheld, too", async () => {
    const { model } = brightnessModel("class_activation");
    const abstention = { minimumProbability: 1 };
    const decision = { policy: "argmax", abstention } as const;
    const explained = await explainOrFail({ ...model, manifest: { ...model.manifest, decision } }, readsAs(spot));
    expect(explained.decision).toEqual({ outcome: "abstain", reason: "low_probability" });
    expect(explained.explanation).toMatchObject({ label: { name: "pneumonia" }, map: { height: 8, width: 8 } });
  });
});

describe("the map", () => {
  test("is of the label that the caller names, and otherwise of the one decided for", async () => {
    const { model } = brightnessModel("class_activation");
    const named = await explainOrFail(model, readsAs(spot), 0);
    expect(named.explanation.label.name).toBe("normal");
    expect([...named.explanation.map.values].every((value) => value === 0)).toBe(true);
    const own = await explainOrFail(model, readsAs(spot));
    expect(own.decision).toMatchObject({ outcome: "positive" });
    expect(own.explanation.label.name).toBe("pneumonia");
  });

  test("takes no forward pass but the prediction's where the network averages", async () => {
    const { model, passes } = brightnessModel("class_activation");
    expect((await explainOrFail(model, readsAs(spot))).explanation).toMatchObject({
      method: "class_activation",
      occlusions: 0,
    });
    expect(passes).toEqual([{ images: 1, options: { featureMap: true } }]);
  });

  test("takes as many covered images as it says where the network does not", async () => {
    const { model, passes } = brightnessModel("occlusion");
    expect((await explainOrFail(model, readsAs(spot))).explanation).toMatchObject({
      method: "occlusion",
      occlusions: 64,
    });
    expect(passes).toEqual([
      { images: 1, options: { featureMap: false } },
      { images: 64, options: undefined },
    ]);
  });

  test("covers with the background as the model gets it", async () => {
    const scaled = { background: 51, scale: 1 / 255, mean: [0.1], standardDeviation: [0.5] };
    const { model } = brightnessModel("occlusion", scaled);
    const { map } = (await explainOrFail(model, readsAs(spot), 1)).explanation;
    // Samples of 220 and 20, covered with 51: ((220 - 51) / 255 / 0.5) / 64 and the same of 20.
    expect(map.values[0]).toBeCloseTo((220 - 51) / 255 / 0.5 / 64, 5);
    expect(map.values[63]).toBeCloseTo((20 - 51) / 255 / 0.5 / 64, 5);
  });
});

describe("the overlay", () => {
  test.each([
    [4000, 1000, 512, 128],
    [600, 513, 512, 438],
    [1, 4000, 1, 512],
    [512, 512, 512, 512],
    [3, 2, 3, 2],
  ])("of %i x %i pixels has %i x %i", async (width, height, overlayWidth, overlayHeight) => {
    const { model } = brightnessModel("class_activation");
    const { explanation } = await explainOrFail(model, readsAs(spotted(width, height, { x: 0, y: 0, side: 1 })));
    expect(explanation.overlay).toMatchObject({ width: overlayWidth, height: overlayHeight });
    expect(explanation.overlay.data).toHaveLength(overlayWidth * overlayHeight * 3);
    expect(explanation.area).toEqual({ x: 0, y: 0, width, height });
  });

  test("shows colour, transparency and 16 bits as the model reads them", async () => {
    const { model } = brightnessModel("class_activation", { background: 255 });
    const data = Uint16Array.of(65_535, 0, 0, 65_535, 0, 0, 0, 0);
    const pixels = { width: 2, height: 1, channels: 4, data, maxValue: 65_535 } as const;
    const { overlay } = (await explainOrFail(model, readsAs(pixels), 0)).explanation;
    // A flat map: plasma's first colour, (13, 8, 135), at its weakest over red and over the white background.
    expect([...overlay.data]).toEqual([219, 1, 20, 219, 218, 237]);
  });
});

describe("an image is decoded", () => {
  /** As a decoder that reduces and drops colours does. */
  function counting(pixels: Samples, header: { lacksColour?: boolean } = {}) {
    const reductions: number[] = [];
    const readImage: ReadImage = async (_bytes, { reduce }, openRows) => {
      reductions.push(reduce?.(pixels) ?? 1);
      openRows({ ...pixels, orientation: 1, ...header })(pixels.data);
      return ok({ mediaType: "image/png", width: pixels.width, height: pixels.height });
    };
    return { reductions, readImage };
  }

  const small = spotted(8, 8, { x: 0, y: 0, side: 4 });

  test("once where the model reads all that the overlay shows, and the overlay is the same", async () => {
    const { model } = brightnessModel("class_activation");
    const once = counting(small);
    const drawn = await explainOrFail(model, once.readImage);
    expect(once.reductions).toEqual([1]);
    expect(drawn).toEqual(await explainOrFail(model, counting(small, { lacksColour: true }).readImage));
  });

  test("again for its colours", async () => {
    const { model } = brightnessModel("class_activation");
    const grey = counting(small, { lacksColour: true });
    await explainOrFail(model, grey.readImage);
    expect(grey.reductions).toEqual([1, 1]);
  });

  test("again where it was reduced further than the overlay is", async () => {
    const { model } = brightnessModel("class_activation");
    const photo = counting(spotted(2048, 1024, { x: 0, y: 0, side: 1 }));
    await explainOrFail(model, photo.readImage);
    expect(photo.reductions).toEqual([8, 4]);
    const strip = counting(spotted(8192, 16, { x: 0, y: 0, side: 1 }));
    await explainOrFail(model, strip.readImage);
    expect(strip.reductions).toEqual([2]);
  });
});

describe("refuses", () => {
  test("what the spine refuses, in its words", async () => {
    const { model } = brightnessModel("class_activation");
    const failure = fail("corrupt", "the image is damaged");
    expect(await explain(posted, model, async () => failure)).toEqual(failure);
    expect(await explain(new Uint8Array(1025), model, readsAs(spot))).toMatchObject({
      error: { reason: "too_many_bytes" },
    });
  });

  test("a covered image whose scores are not numbers", async () => {
    const { model } = brightnessModel("occlusion");
    const run: Model["run"] = (inputNhwc) =>
      model
        .run(inputNhwc)
        .map((output) => (inputNhwc.length > 64 ? { logits: Float32Array.of(0, Number.NaN) } : output));
    expect(await explain(posted, { ...model, run }, readsAs(spot), { label: 1 })).toMatchObject({
      error: { reason: "not_finite" },
    });
  });
});

describe("on the engine", () => {
  beforeAll(() => useWasmBackend());

  test.each<[string, object]>([
    ["class_activation", {}],
    ["occlusion", { graph: { classActivation: undefined } }],
  ])("%s leaves no tensor behind", async (method, options) => {
    const model = await averagingModel({ ...options, input: { height: 9, width: 7 } });
    const before = memory().numTensors;
    expect((await explainOrFail(model, readsAs(spot))).explanation.method).toBe(method);
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});
