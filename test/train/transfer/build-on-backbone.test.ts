import * as tf from "@tensorflow/tfjs-core";
import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { resNet } from "../../../train/architectures/resnet.ts";
import { compileGraph } from "../../../train/compile/compile-graph.ts";
import type { Inputs } from "../../../train/fit/inputs.ts";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { createSharedArray } from "../../../train/pipeline/shared-array.ts";
import { readImages } from "../../../train/pipeline/stored-images.ts";
import { layOutWeights, readWeights, writeWeights } from "../../../train/fit/weight-layout.ts";
import { buildOnBackbone } from "../../../train/transfer/build-on-backbone.ts";
import { cacheFeatures } from "../../../train/transfer/cache-features.ts";
import { readLayersModel } from "../../../train/transfer/read-layers-model.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";

const MOBILENET = join(import.meta.dirname, "../../../../shared/data/mobilenetv2-0.35-224");

beforeAll(useWasmBackend);

const storage = createImageStorage(1024 * 1024, "not used");

const SIZE = { height: 8, width: 8 };

const backbone = () => resNet({ inputSize: 8, channels: 1, classes: 3, widths: [4, 6], blocksPerStage: 1, seed: 5 });

const buildHead = (features: SymbolicTensor) =>
  layers.dense({ units: 2, name: "head" }).apply(features) as SymbolicTensor;

function createInputs(count: number): Inputs {
  const values = createSharedArray(64 * count);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i * 0.7);
  const images = { size: 64, first: 0, place: { values } };
  return { count, shape: [8, 8, 1], images, labels: new Uint8Array(count), background: [0] };
}

const predict = (model: LayersModel, { images, count, shape }: Inputs) =>
  tf.tidy(() => {
    const values = readImages(images, [...Array(count).keys()]);
    return (model.predict(tf.tensor4d(values, [count, ...shape])) as tf.Tensor).dataSync();
  });

async function featuresOf(frozen: LayersModel, inputs: Inputs): Promise<Inputs> {
  const signal = new AbortController().signal;
  const features = await cacheFeatures(frozen, inputs, storage, { signal, onImage: () => undefined });
  if (!features.ok) throw new Error(features.error.detail);
  return features.value;
}

describe("a network on a backbone", () => {
  test("gives, frozen part and trainee one after the other, what the whole gives", async () => {
    const { frozen, trainee, whole } = buildOnBackbone(backbone(), buildHead, SIZE, "stage_1_block_0_add");
    const inputs = createInputs(3);
    const features = await featuresOf(frozen, inputs);
    expect(features.shape).toEqual([4, 4, 6]);
    const apart = predict(trainee, features);
    const together = predict(whole, inputs);
    expect(apart.length).toBe(6);
    together.forEach((logit, i) => expect(apart[i]).toBeCloseTo(logit, 5));
  });

  test("carries what the trainee learns into the whole, and nothing into the frozen part", () => {
    const { frozen, trainee, whole } = buildOnBackbone(backbone(), buildHead, SIZE, "stage_0_block_0_add");
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

  test("refuses a cut that a shortcut goes around", () => {
    expect(() => buildOnBackbone(backbone(), buildHead, SIZE, "stage_1_block_0_conv_0")).toThrow(
      "not the only way through",
    );
  });
});

test("says which file of a backbone is missing", async () => {
  expect(await readLayersModel("nowhere")).toEqual({
    ok: false,
    error: { reason: "backbone_missing", detail: "nowhere/model.json is missing" },
  });
});

if (existsSync(MOBILENET)) {
  test("MobileNetV2 0.35 loads, splits in the middle, and compiles with a new head", async () => {
    const read = await readLayersModel(MOBILENET);
    if (!read.ok) throw new Error(read.error.detail);
    const { frozen, whole } = buildOnBackbone(
      read.value,
      (features) => buildHead(layers.globalAveragePooling2d({}).apply(features) as SymbolicTensor),
      { height: 96, width: 96 },
      "block_12_add",
    );
    expect(frozen.outputs[0].shape).toEqual([null, 6, 6, 32]);
    expect(compileGraph(whole)).toMatchObject({ ok: true });
  });
}
