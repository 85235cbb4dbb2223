// What is enlarged and what takes it back, in networks whose weights are written out.

import { input, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { tensor } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { createPlan } from "../../../src/model/plan/create-plan.ts";
import { currentHeap, type Heap } from "../../../src/model/plan/heap.ts";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import { equaliseChannels, observePeaks } from "../../../train/quantise/equalise-channels.ts";
import { findLayers, fuseGraph, readFloatGraph, valuesOf } from "../../../train/quantise/float-graph.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";
import { compileOrFail } from "../compile/run-both.ts";

beforeAll(() => useWasmBackend());

function heapOrFail(): Heap {
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  return heap;
}

/** A pixel of one channel to two, by the weights 4 and 1. */
const widen = (activation: "linear" | "relu" | "relu6") =>
  layers.conv2d({ filters: 2, kernelSize: 1, activation, weights: [tensor([[[[4, 1]]]]), tensor([0, 0])] });
/** To 16.5 in both channels, of what the image [1, 2] makes of the others without a clamp. */
const depthwise = () =>
  layers.depthwiseConv2d({ kernelSize: 1, weights: [tensor([[[[2], [8]]]]), tensor([0.5, 0.5])] });
const narrow = () => layers.conv2d({ filters: 1, kernelSize: 1, weights: [tensor([[[[1], [2]]]]), tensor([0])] });

const through =
  (...parts: { apply: (x: SymbolicTensor) => unknown }[]) =>
  (x: SymbolicTensor): SymbolicTensor =>
    parts.reduce((value, part) => part.apply(value) as SymbolicTensor, x);

function equalise(build: (x: SymbolicTensor) => SymbolicTensor, image: number[], fixed = new Set<string>()) {
  const x = input({ shape: [1, image.length, 1] });
  const y = layers.flatten().apply(build(x)) as SymbolicTensor;
  const graph = compileOrFail(model({ inputs: x, outputs: y }));
  const float = readFloatGraph(
    {
      graph: { file: "model.json", input: graph.inputName, logits: graph.logitsName },
      input: { ...exampleManifest.input, height: 1, width: image.length },
    },
    toGraphFiles(graph),
  );
  if (!float) throw new Error("the graph cannot be read");
  const fused = fuseGraph(float);
  const names = valuesOf(findLayers(fused, new Set()));
  const run = (constants = float.constants, outputs = float.outputs) => {
    const plan = createPlan({ ...float, constants, outputs }, heapOrFail());
    if (!plan) throw new Error("there is no plan");
    return plan;
  };
  const seen = run(float.constants, [...float.outputs, ...names]);
  const peaks = observePeaks(seen, names, 1, () => Float32Array.from(image));
  seen.dispose();
  const changed = equaliseChannels(fused, float.constants, fixed, peaks);
  const constants = new Map(float.constants);
  for (const [name, values] of changed) {
    constants.set(name, { shape: float.constants.get(name)?.shape ?? [], dtype: "float32", values });
  }
  const [before, after] = [run(), run(constants)].map((plan) => {
    plan.run(Float32Array.from(image), 0);
    const logits = [...plan.read(graph.logitsName)];
    plan.dispose();
    return logits;
  });
  const named = Object.fromEntries([...changed].map(([name, values]) => [name, [...values]]));
  return { named, before, after };
}

test("what only depthwise weights read becomes as large as the largest channel, and nothing else changes", () => {
  const { named, before, after } = equalise(through(widen("relu"), depthwise(), narrow()), [1, 2]);
  expect(named).toMatchObject({
    "conv2d_1/kernel": [4, 4],
    "conv2d_1/bias": [0, 0],
    "depthwise_2/kernel": [2, 2],
    "depthwise_2/bias": [0.5, 0.5],
    "conv2d_3/kernel": [1, 2],
  });
  expect(after).toEqual(before);
});

test("what is clamped becomes as large as the clamp lets it", () => {
  const { named } = equalise(through(widen("relu6"), depthwise()), [1, 2]);
  // The first channel is 6, and the second is 2.
  expect(named).toEqual({
    "conv2d_1/kernel": [4, 3],
    "conv2d_1/bias": [0, 0],
    "depthwise_2/kernel": [2, expect.closeTo(8 / 3)],
  });
});

test("what other weights read goes half the way", () => {
  const { named, before, after } = equalise(through(widen("linear"), narrow()), [1, 2]);
  expect(named).toEqual({ "conv2d_1/kernel": [4, 2], "conv2d_1/bias": [0, 0], "conv2d_2/kernel": [1, 1] });
  expect(after).toEqual(before);
});

test("values that are added up are enlarged alike", () => {
  const { named, before, after } = equalise(
    (x) => {
      const sum = layers.add().apply([widen("linear").apply(x), widen("relu").apply(x)] as SymbolicTensor[]);
      return narrow().apply(sum) as SymbolicTensor;
    },
    [1, 2],
  );
  expect(named).toMatchObject({ "conv2d_1/kernel": [4, 2], "conv2d_2/kernel": [4, 2], "conv2d_4/kernel": [1, 1] });
  expect(after).toEqual(before);
});

test("a channel that the images do not use is left as it is, and one that they hardly use is enlarged sixteen times", () => {
  const silent = (weights: number[]) =>
    layers.conv2d({ filters: 2, kernelSize: 1, weights: [tensor([[[weights]]]), tensor([0, 0])] });
  const none = equalise(through(silent([4, 0]), depthwise()), [1, 2]);
  expect(none.named).toMatchObject({ "depthwise_2/kernel": [2, 8] });
  const little = equalise(through(silent([4, 0.125]), depthwise()), [1, 2]);
  expect(little.named).toMatchObject({ "conv2d_1/kernel": [4, 2], "depthwise_2/kernel": [2, 0.5] });
});

test("weights that somebody else reads, values that leave the network, and curves stay", () => {
  const parts = [widen("linear"), narrow()];
  expect(equalise(through(...parts), [1, 2], new Set(["conv2d_2/kernel"])).named).toEqual({});
  expect(equalise(through(widen("relu")), [1, 2]).named).toEqual({});
  const curved = layers.activation({ activation: "sigmoid" });
  expect(equalise(through(widen("linear"), curved, narrow()), [1, 2]).named).toEqual({});
});
