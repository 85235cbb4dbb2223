// The files of a graph: what TF.js loads, byte for byte the same for the same weights.
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights, SEED } from "./random-weights.ts";
import { compileOrFail, expectSameAnswers } from "./run-both.ts";

const MIB = 1024 * 1024;

function parseModelJson(files: Map<string, Uint8Array>): tf.io.ModelJSON {
  return JSON.parse(new TextDecoder().decode(files.get("model.json"))) as tf.io.ModelJSON;
}

function joinShards(files: Map<string, Uint8Array<ArrayBuffer>>, paths: string[]): ArrayBuffer {
  return tf.io.CompositeArrayBuffer.join(paths.flatMap((path) => files.get(path)?.slice().buffer ?? []));
}

beforeAll(useWasmBackend);

describe("toGraphFiles", () => {
  it("gives the same bytes for the same weights, whatever the layers are called", () => {
    // TF.js numbers layers as they are made, so the second network's layers have other names.
    const [first, second] = [mnistCnn(SEED), mnistCnn(SEED)];
    expect(first.layers.map(({ name }) => name)).not.toEqual(second.layers.map(({ name }) => name));
    expect(toGraphFiles(compileOrFail(second))).toEqual(toGraphFiles(compileOrFail(first)));
  });

  it("gives other bytes for other weights", () => {
    const a = toGraphFiles(compileOrFail(mnistCnn(SEED)));
    const b = toGraphFiles(compileOrFail(mnistCnn(SEED + 1)));
    expect(a.get("model.json")).toEqual(b.get("model.json"));
    expect(a.get("weights-1.bin")).not.toEqual(b.get("weights-1.bin"));
  });

  it("writes a model.json that opens with its origin and lists its shard", () => {
    const files = toGraphFiles(compileOrFail(mnistCnn(SEED)));
    expect([...files.keys()]).toEqual(["model.json", "weights-1.bin"]);
    const text = new TextDecoder().decode(files.get("model.json"));
    expect(text.startsWith('{"format":"graph-model","generatedBy":"edgescope","convertedBy":null,')).toBe(true);
    const { weightsManifest } = parseModelJson(files);
    expect(weightsManifest.map((group) => group.paths)).toEqual([["weights-1.bin"]]);
    const elements = weightsManifest.flatMap(({ weights }) => weights.map(({ shape }) => tf.util.sizeFromShape(shape)));
    expect(files.get("weights-1.bin")?.byteLength).toBe(4 * elements.reduce((a, b) => a + b));
  });

  it("writes weights little-endian, rounded once to float32", () => {
    const network = sequential({
      layers: [layers.inputLayer({ inputShape: [1, 1, 1] }), layers.flatten(), layers.dense({ units: 2 })],
    });
    network.setWeights([tf.tensor2d([[1.5, -2]]), tf.tensor1d([0.1, 0])]);
    const shard = toGraphFiles(compileOrFail(network)).get("weights-1.bin") ?? [];
    // The reshape's [-1, 1] as int32, the kernel, the bias.
    const expected = [
      [255, 255, 255, 255],
      [1, 0, 0, 0],
      [0, 0, 192, 63],
      [0, 0, 0, 192],
      [205, 204, 204, 61],
      [0, 0, 0, 0],
    ];
    expect([...shard]).toEqual(expected.flat());
  });

  it("splits weights into shards of 4 MiB that load again", () => {
    const network = randomizeWeights(
      sequential({
        layers: [layers.inputLayer({ inputShape: [16, 16, 8] }), layers.flatten(), layers.dense({ units: 1100 })],
      }),
    );
    const graph = compileOrFail(network);
    const files = toGraphFiles(graph);
    const { modelTopology, weightsManifest } = parseModelJson(files);
    const paths = weightsManifest.flatMap((group) => group.paths);
    const weights = weightsManifest.flatMap((group) => group.weights);
    expect(paths).toEqual(["weights-1.bin", "weights-2.bin", "weights-3.bin"]);
    expect(paths.slice(0, 2).map((path) => files.get(path)?.byteLength)).toEqual([4 * MIB, 4 * MIB]);
    const weightData = joinShards(files, paths);
    const artifacts = {
      ...graph.artifacts,
      modelTopology: modelTopology as typeof graph.artifacts.modelTopology,
      weightData,
    };
    expect(weights).toEqual(graph.artifacts.weightSpecs);
    expectSameAnswers(network, { ...graph, artifacts });
  });

  it("is read by TF.js as a graph from input to logits", () => {
    const loaded = loadGraphModelSync(compileOrFail(mnistCnn(SEED)).artifacts);
    expect(loaded.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype }))).toEqual([
      { name: "input", shape: [-1, 28, 28, 1], dtype: "float32" },
    ]);
    expect(loaded.outputs.map(({ name }) => name)).toEqual(["logits"]);
    loaded.dispose();
  });
});
