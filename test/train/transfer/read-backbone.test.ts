// A trained model of the user's as a backbone: the repository's own bundles, what TensorFlow's converter writes, TF.js
// layers, and whatever else may lie in a folder.

import * as tf from "@tensorflow/tfjs-core";
import * as fc from "fast-check";
import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { compileGraph, type CompiledGraph } from "../../../train/compile/compile-graph.ts";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import { buildOnBackbone } from "../../../train/transfer/build-on-backbone.ts";
import { readBackbone, type BackboneNames } from "../../../train/transfer/read-backbone.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights } from "../compile/random-weights.ts";
import { createScratchFolder } from "../data/files/scratch-folder.ts";
import { floats, node, placeholder, toArtifacts, writeFiles } from "./written-graph.ts";

const ROOT = join(import.meta.dirname, "../../..");
const KERAS = join(import.meta.dirname, "keras-graph");
const MOBILENET = join(ROOT, "../shared/data/mobilenetv2-0.35-224");
const SIZE = { height: 28, width: 28 };

const scratch = await createScratchFolder();

beforeAll(useWasmBackend);

async function open(folder: string, names: BackboneNames = {}) {
  const read = await readBackbone(folder, SIZE, names);
  if (!read.ok) throw new Error(read.error.detail);
  return read.value;
}

function compiled(model: Parameters<typeof compileGraph>[0]): CompiledGraph {
  const graph = compileGraph(model);
  if (!graph.ok) throw new Error(graph.error.detail);
  return graph.value;
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

describe("a graph of our own exporter", () => {
  test.for(["mnist", "pneumonia"])(
    "models/%s, taken over and exported again, is the same byte for byte",
    async (name) => {
      const { model } = await open(join(ROOT, "models", name));
      const files = toGraphFiles(compiled(model));
      for (const file of ["model.json", "weights-1.bin"])
        expect(Buffer.compare(files.get(file) ?? Buffer.of(), await readFile(join(ROOT, "models", name, file)))).toBe(
          0,
        );
    },
  );

  test("gives the features of the network that was exported", async () => {
    const layered = randomizeWeights(mobileNetV2({ width: 0.1, inputSize: 28, channels: 3, classes: 4, seed: 3 }));
    const folder = await writeFiles(join(scratch.path, "mobilenet"), toGraphFiles(compiled(layered)));
    const features = compiled(layered).featuresName ?? "";
    const { model } = await open(folder, { features });
    const penultimate = layered.layers.at(-2)?.output as SymbolicTensor;
    expect(model.outputs[0].shape).toEqual(penultimate.shape);
    tf.tidy(() => {
      const images = tf.randomUniform([2, 28, 28, 3], -1, 1, "float32", 3);
      const [expected, logits] = layered.execute(images, [penultimate.name, layered.outputs[0].name]) as tf.Tensor[];
      expect(largestDifference((model.predict(images) as tf.Tensor).dataSync(), expected.dataSync())).toBeLessThan(
        1e-5,
      );
      expect(logits.shape).toEqual([2, 4]);
    });
  });
});

describe("a graph that TensorFlow's converter wrote", () => {
  const images = () =>
    tf.tensor4d(
      Float32Array.from({ length: 720 }, (_, i) => 0.5 + 0.5 * Math.sin(0.37 * i)),
      [2, 12, 10, 3],
    );
  const PREFIX = "StatefulPartitionedCall/model";
  // As TensorFlow 2.21 computed them of the Keras network.
  const rows: [what: string, names: BackboneNames, expected: number[]][] = [
    ["predictions", {}, [0.304554373, 0.461781383, 0.233664185, 0.309363216, 0.448549032, 0.242087752]],
    [
      "features of its last dense layer",
      { features: `${PREFIX}/fcbn/batchnorm/add_1` },
      [0.178344846, 1.13267994, 1.09785235, 0.450953811, 0.69943434, -0.503749192, 0.270690292, 1.13511753, 1.09069061],
    ],
    [
      "first channels of its sum",
      { features: `${PREFIX}/add/add` },
      [2.04094935, 0.48015061, 0.119775817, 0.024015844, 0.45740968, 0.388547957, 0.065036558, -0.136158332],
    ],
  ];

  test.for(rows)("gives TensorFlow's %s", async ([, names, expected]) => {
    const { model } = await open(KERAS, names);
    const actual = tf.tidy(() => (model.predict(images()) as tf.Tensor).dataSync());
    expect(largestDifference(expected, actual)).toBeLessThan(1e-6);
  });

  test("is cut where a node is named, trained from there and exported", async () => {
    const names = { features: `${PREFIX}/fcbn/batchnorm/add_1`, cut: `${PREFIX}/concat/concat` };
    const { model } = await open(KERAS, names);
    const built = buildOnBackbone(
      model,
      { pool: false, build: (x) => x },
      { height: 12, width: 10, channels: 3 },
      names,
    );
    if (!built.ok) throw new Error(built.error.detail);
    const { frozen, trainee, whole } = built.value;
    expect(frozen?.outputs[0].shape).toEqual([null, 6, 5, 7]);
    // The normalization before its elu, two convolutions of the gate, two layers at the end, each with a bias.
    expect(trainee.trainableWeights).toHaveLength(10);
    expect(trainee.trainableWeights).toHaveLength(trainee.weights.length);
    const actual = tf.tidy(() => (whole.predict(images()) as tf.Tensor).dataSync());
    expect(largestDifference(rows[1][2], actual)).toBeLessThan(1e-6);
    expect(compileGraph(whole)).toMatchObject({ ok: true });
  });

  test("stands under its digest", async () => {
    expect((await open(KERAS)).sha256).toBe("5053599c92e41c89645ad8cbfaa5bb2af5c7893a1cde7d98b6f85ad8f73867a2");
  });
});

test("weights that were quantized are read as TF.js reads them", async () => {
  const nodes = [
    placeholder(2, 2, 2),
    node("product", "Mul", ["image", "half"]),
    node("end", "Add", ["product", "byte"]),
  ];
  const { modelTopology } = toArtifacts({ nodes, constants: [floats("half", 2), floats("byte", 2)] });
  const weights = [
    { name: "half", shape: [2], dtype: "float32", quantization: { dtype: "float16", original_dtype: "float32" } },
    { name: "byte", shape: [2], dtype: "float32", quantization: { dtype: "uint8", min: -1, scale: 0.5 } },
  ];
  const modelJson = JSON.stringify({ modelTopology, weightsManifest: [{ paths: ["w.bin"], weights }] });
  // 1.5 and -2 in half precision; 0 and 6 halves above -1.
  const bytes = Uint8Array.of(0x00, 0x3e, 0x00, 0xc0, 0, 6);
  const folder = await writeFiles(
    join(scratch.path, "quantized"),
    new Map([
      ["model.json", Buffer.from(modelJson)],
      ["w.bin", bytes],
    ]),
  );
  const { model } = await open(folder);
  const values = tf.tidy(() => (model.predict(tf.ones([1, 2, 2, 2])) as tf.Tensor).dataSync());
  expect(values.slice(0, 2)).toEqual(Float32Array.of(0.5, 0));
});

describe("a folder that holds no such model", () => {
  const damaged = async (name: string, damage: (folder: string) => Promise<unknown>) => {
    const folder = join(scratch.path, name);
    for (const file of ["model.json", "weights-1.bin"])
      await cp(join(ROOT, "models/mnist-cnn", file), join(folder, file), { recursive: true });
    await damage(folder);
    return readBackbone(folder, SIZE, {});
  };

  test.for<[string, string, (folder: string) => Promise<unknown>]>([
    ["without model.json", "model.json is missing", (folder) => rm(join(folder, "model.json"))],
    ["without its weights", "weights-1.bin is missing", (folder) => rm(join(folder, "weights-1.bin"))],
    [
      "with weights cut short",
      "not as long as model.json says",
      (folder) => writeFile(join(folder, "weights-1.bin"), "1234"),
    ],
    ["with other JSON", "is not a TF.js model", (folder) => writeFile(join(folder, "model.json"), "{}")],
    ["with no JSON", "is not a TF.js model", (folder) => writeFile(join(folder, "model.json"), "\0")],
    [
      "with weights from elsewhere",
      "is not a TF.js model",
      (folder) => replaceIn(folder, "weights-1.bin", "../weights-1.bin"),
    ],
    ["with a weight of no size", "is not a TF.js model", (folder) => replaceIn(folder, "[5408,10]", "[5408,-10]")],
    ["with a weight larger than its file", "not as long", (folder) => replaceIn(folder, "[5408,10]", "[5408,1e9]")],
    [
      "with layers that TF.js does not know",
      "TensorFlow.js layers cannot load",
      (folder) => replaceIn(folder, '"node"', '"model_config"'),
    ],
  ])("%s", async ([name, why, damage]) => {
    expect(await damaged(name, damage)).toMatchObject({ ok: false, error: { detail: expect.stringContaining(why) } });
  });

  test("of layers with more weights than its files hold, before they fill the memory", async () => {
    const layer = { class_name: "Dense", config: { name: "huge", units: 1e9, batch_input_shape: [null, 1000] } };
    const modelTopology = { model_config: { class_name: "Sequential", config: { name: "s", layers: [layer] } } };
    const folder = await writeFiles(
      join(scratch.path, "huge"),
      new Map([["model.json", Buffer.from(JSON.stringify({ modelTopology, weightsManifest: [] }))]]),
    );
    expect(await readBackbone(folder, SIZE, {})).toMatchObject({ ok: false, error: { reason: "backbone_invalid" } });
  });

  async function replaceIn(folder: string, from: string, to: string) {
    const path = join(folder, "model.json");
    await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
  }

  test("whatever is changed in model.json, the outcome is a network or a known reason", async () => {
    const text = await readFile(join(KERAS, "model.json"), "utf8");
    const weights = await readFile(join(KERAS, "group1-shard1of1.bin"));
    const pieces = fc.constantFrom(
      "",
      "0",
      "-1",
      "9e99",
      '"',
      "[",
      "null",
      "Const",
      "Relu",
      "image",
      "^",
      ":1",
      "AAAA",
    );
    const change = fc.record({ at: fc.nat(text.length), length: fc.nat(12), piece: pieces });
    const folder = await writeFiles(join(scratch.path, "changed"), new Map([["group1-shard1of1.bin", weights]]));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let changed = text;
        for (const { at, length, piece } of changes)
          changed = changed.slice(0, at) + piece + changed.slice(at + length);
        await writeFile(join(folder, "model.json"), changed);
        const read = await readBackbone(folder, SIZE, {});
        if (!read.ok)
          expect(["backbone_missing", "backbone_invalid", "backbone_unsupported"]).toContain(read.error.reason);
      }),
      { seed: 20_240_301, numRuns: 100 },
    );
  });
});

if (existsSync(MOBILENET)) {
  test("MobileNetV2 0.35 of layers loads, splits in the middle, and compiles with a new head", async () => {
    const { model } = await open(MOBILENET);
    const built = buildOnBackbone(
      model,
      { pool: true, build: (x) => x },
      { height: 96, width: 96, channels: 1 },
      { cut: "block_12_add" },
    );
    if (!built.ok) throw new Error(built.error.detail);
    expect(built.value.frozen?.outputs[0].shape).toEqual([null, 6, 6, 32]);
    expect(compileGraph(built.value.whole)).toMatchObject({ ok: true });
  });
}
