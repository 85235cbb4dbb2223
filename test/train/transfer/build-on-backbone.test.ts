import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model, sequential, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { resNet } from "../../../train/architectures/resnet.ts";
import { compileGraph } from "../../../train/compile/compile-graph.ts";
import type { Inputs } from "../../../train/fit/inputs.ts";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { createSharedArray } from "../../../train/pipeline/shared-array.ts";
import { readImages, writeImage } from "../../../train/pipeline/stored-images.ts";
import { layOutWeights, readWeights, writeWeights } from "../../../train/fit/weights/weight-layout.ts";
import { buildOnBackbone, type Head } from "../../../train/transfer/build-on-backbone.ts";
import { cacheFeatures } from "../../../train/transfer/cache-features.ts";
import type { BackboneNames } from "../../../train/transfer/read-backbone.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";

beforeAll(useWasmBackend);

const storage = createImageStorage(1024 * 1024, "not used");
const SIZE = { height: 8, width: 8, channels: 1 };

const backbone = (channels = 1) =>
  resNet({ inputSize: 8, channels, classes: 3, widths: [4, 6], blocksPerStage: 1, seed: 5 });

const head: Head = {
  pool: false,
  build: (features) => layers.dense({ units: 2, name: "head" }).apply(features) as SymbolicTensor,
};

function build(names: BackboneNames = {}, on = backbone(), size = SIZE, pool = false) {
  const built = buildOnBackbone(on, { ...head, pool }, size, names);
  if (!built.ok) throw new Error(built.error.detail);
  const { frozen, ...network } = built.value;
  if (!frozen) throw new Error("nothing is frozen");
  return { ...network, frozen };
}

const imageLayer = (side: number) => layers.inputLayer({ inputShape: [side, side, 1] });

function createInputs(count: number): Inputs {
  const values = createSharedArray(64 * count);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i * 0.7);
  const images = { size: 64, first: 0, place: { values } };
  return { count, shape: [8, 8, 1], images, labels: new Uint8Array(count), background: [0] };
}

const unheard = { signal: new AbortController().signal, onImage: () => undefined };

async function featuresOf(frozen: LayersModel, inputs: Inputs): Promise<Inputs> {
  const features = await cacheFeatures(frozen, inputs, storage, unheard);
  if (!features.ok) throw new Error(features.error.detail);
  return features.value;
}

const predict = (network: LayersModel, { images, count, shape }: Inputs) =>
  tf.tidy(() => {
    const values = readImages(images, [...Array(count).keys()]);
    return (network.predict(tf.tensor4d(values, [count, ...shape])) as tf.Tensor).dataSync();
  });

describe("a network on a backbone", () => {
  test.for([
    { names: {}, pool: false, shape: [1, 1, 6], cut: "pool" },
    { names: { cut: "stage_1_block_0_add" }, pool: false, shape: [4, 4, 6], cut: "stage_1_block_0_add" },
    { names: { features: "stage_1_block_0_add" }, pool: true, shape: [1, 1, 6], cut: "stage_1_block_0_add" },
    {
      names: { features: "stage_1_block_0_add", cut: "stage_0_block_0_add" },
      pool: true,
      shape: [8, 8, 4],
      cut: "stage_0_block_0_add",
    },
  ])(
    "gives, frozen part and trainee one after the other, what the whole gives: %j",
    async ({ names, pool, shape, cut }) => {
      const { frozen, trainee, whole, ...is } = build(names, backbone(), SIZE, pool);
      const inputs = createInputs(3);
      const features = await featuresOf(frozen, inputs);
      expect(features.shape).toEqual(shape);
      expect(is.cut).toBe(cut);
      const apart = predict(trainee, features);
      const together = predict(whole, inputs);
      expect(apart.length).toBe(6);
      together.forEach((logit, i) => expect(apart[i]).toBeCloseTo(logit, 5));
    },
  );

  test("freezes nothing when the cut is the input, and its statistics follow its batches", () => {
    const trained = backbone();
    const before = predict(trained, createInputs(2));
    const cut = trained.layers[0].name;
    const built = buildOnBackbone(trained, { pool: false, build: (x) => x }, SIZE, { cut, features: "logits" });
    if (!built.ok) throw new Error(built.error.detail);
    const { frozen, trainee, whole } = built.value;
    expect(frozen).toBeUndefined();
    expect(trainee).toBe(whole);
    expect(trainee.trainableWeights).toHaveLength(trained.trainableWeights.length);
    expect(predict(whole, createInputs(2))).toEqual(before);
    expect(new Set(whole.layers.flatMap((layer) => ("momentum" in layer ? [layer.momentum] : [])))).toEqual(
      new Set([0.9]),
    );
  });

  test("carries what the trainee learns into the whole, and nothing into the frozen part", () => {
    const { frozen, trainee, whole } = build({ cut: "stage_0_block_0_add" });
    const inputs = createInputs(2);
    const [before, features] = [predict(whole, inputs), predict(frozen, inputs)];
    const weights = new Float32Array(layOutWeights(trainee).at(-1)?.to ?? 0);
    readWeights(trainee, weights);
    writeWeights(
      trainee,
      weights.map((value) => value * 1.5 + 0.1),
    );
    expect(predict(whole, inputs)).not.toEqual(before);
    expect(predict(frozen, inputs)).toEqual(features);
  });

  test("takes the place of a classifier, and stands on an output that is none", () => {
    expect(build().features).toBe("pool");
    const softmax = sequential({
      layers: [imageLayer(8), layers.flatten({ name: "flat" }), layers.dense({ units: 3 }), layers.softmax()],
    });
    expect(build({}, softmax).features).toBe("flat");
    const relu = sequential({ layers: [imageLayer(8), layers.reLU({ name: "relu" })] });
    expect(build({}, relu, SIZE, true).features).toBe("relu");
  });

  test("gives each channel of a backbone for colours the grey of the image, and compiles", () => {
    const colours = backbone(3);
    const { whole } = build({}, colours);
    const { frozen } = build({}, colours, { ...SIZE, channels: 3 });
    const inputs = createInputs(1);
    const spread = Float32Array.from({ length: 3 * 64 }, (_, i) => Math.sin(Math.floor(i / 3) * 0.7));
    const features = tf.tidy(() => [...(frozen.predict(tf.tensor4d(spread, [1, 8, 8, 3])) as tf.Tensor).dataSync()]);
    const kernel = whole.getLayer("head").getWeights()[0].dataSync();
    const [logit] = predict(whole, inputs);
    expect(logit).toBeCloseTo(
      features.reduce((sum, feature, i) => sum + feature * kernel[2 * i], 0),
      5,
    );
    expect(compileGraph(whole)).toMatchObject({ ok: true });
  });

  test.for<[string, BackboneNames, typeof SIZE, string]>([
    ["a cut that a shortcut goes around", { cut: "stage_1_block_0_conv_0" }, SIZE, "not the only way through"],
    [
      "a cut behind the features",
      { cut: "stage_1_block_0_add", features: "stage_0_block_0_add" },
      SIZE,
      "not the only way through",
    ],
    ["a layer that is not there", { features: "fc" }, SIZE, "no layer called fc. It has: input"],
    ["images with colours", {}, { ...SIZE, channels: 3 }, "takes images of 1 channels, and the recipe's have 3"],
    ["images that would fill the memory", {}, { ...SIZE, height: 4096, width: 4096 }, "images of 4096 x 4096 pixels"],
  ])("refuses %s", ([, names, size, sentence]) => {
    const refused = buildOnBackbone(backbone(), head, size, names);
    expect(refused).toMatchObject({
      ok: false,
      error: { reason: "backbone_unfit", detail: expect.stringContaining(sentence) },
    });
  });

  test("refuses images of which nothing is left, and of which too little is left for a dense layer", () => {
    const windows = sequential({
      layers: [imageLayer(32), layers.maxPooling2d({ poolSize: 9 }), layers.maxPooling2d({})],
    });
    expect(buildOnBackbone(windows, head, SIZE)).toMatchObject({ error: { reason: "backbone_unfit" } });
    const dense = sequential({
      layers: [imageLayer(9), layers.flatten(), layers.dense({ units: 4 }), layers.reLU(), layers.dense({ units: 2 })],
    });
    const reshape = sequential({ layers: [imageLayer(9), layers.reshape({ targetShape: [81] }), layers.reLU()] });
    for (const fixed of [dense, reshape]) {
      expect(buildOnBackbone(fixed, head, SIZE)).toMatchObject({
        error: { detail: "the backbone cannot take images of 8 x 8 pixels" },
      });
    }
  });

  test("refuses a layer that stands on both sides of the cut", () => {
    const image = input({ shape: [8, 8, 1] });
    const twice = layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", name: "twice" });
    const first = layers.reLU({ name: "between" }).apply(twice.apply(image)) as SymbolicTensor;
    const shared = model({ inputs: image, outputs: layers.flatten().apply(twice.apply(first)) as SymbolicTensor });
    expect(buildOnBackbone(shared, head, SIZE, { cut: "between" })).toMatchObject({
      error: { detail: "the layer twice stands on both sides of the cut" },
    });
  });
});

describe("cached features", () => {
  test("are refused when they would fill the disk", async () => {
    const tooMany: Inputs = { ...createInputs(1), count: 2 ** 30 };
    expect(await cacheFeatures(build().frozen, tooMany, storage, unheard)).toMatchObject({
      error: { reason: "features_too_large" },
    });
  });

  test("are refused when they are not numbers", async () => {
    const inputs = createInputs(1);
    writeImage(inputs.images, 0, new Float32Array(64).fill(Number.NaN));
    expect(await cacheFeatures(build().frozen, inputs, storage, unheard)).toMatchObject({
      error: { reason: "backbone_invalid" },
    });
  });

  test("stop being computed when the run is stopped", async () => {
    const stopped = { ...unheard, signal: AbortSignal.abort() };
    expect(await cacheFeatures(build().frozen, createInputs(1), storage, stopped)).toMatchObject({
      error: { reason: "interrupted" },
    });
  });
});
