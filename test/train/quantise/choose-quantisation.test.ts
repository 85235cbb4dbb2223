// What is chosen for whole networks, measured on images from a seed.

import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { createPlan } from "../../../src/model/plan/create-plan.ts";
import { currentHeap, type Heap } from "../../../src/model/plan/heap.ts";
import { mnistCnn } from "../../../train/architectures/mnist-cnn.ts";
import { resNet } from "../../../train/architectures/resnet.ts";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import { chooseQuantisation } from "../../../train/quantise/choose-quantisation.ts";
import { toEightBitFiles } from "../../../train/quantise/eight-bit-files.ts";
import { readFloatGraph } from "../../../train/quantise/float-graph.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";
import { numbersFrom } from "../../model/plan/steps/arbitrary-numbers.ts";
import { randomizeWeights } from "../compile/random-weights.ts";
import { compileOrFail } from "../compile/run-both.ts";

beforeAll(() => useWasmBackend());

function heapOrFail(): Heap {
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  return heap;
}

type Case = { create: () => LayersModel; side: number; layers: number; errorAtMost: number };

const networks: Record<string, Case> = {
  // A convolution and a dense layer, with a pool and a flattening between them that stay in levels.
  "the one-convolution network": { create: () => mnistCnn(1), side: 28, layers: 2, errorAtMost: 0.002 },
  // A stem, two blocks of which one has a projection.
  "a residual network": {
    create: () => resNet({ inputSize: 28, channels: 1, classes: 10, widths: [12, 16], blocksPerStage: 1, seed: 1 }),
    side: 28,
    layers: 7,
    errorAtMost: 0.02,
  },
  "a network of depthwise convolutions": {
    create: () =>
      sequential({
        layers: [
          layers.conv2d({ inputShape: [16, 16, 1], filters: 8, kernelSize: 3, strides: 2, activation: "relu" }),
          layers.depthwiseConv2d({ kernelSize: 3, padding: "same", activation: "relu6" }),
          layers.conv2d({ filters: 13, kernelSize: 1 }),
          layers.depthwiseConv2d({ kernelSize: 5, strides: 2, padding: "same", activation: "relu" }),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 3 }),
        ],
      }),
    side: 16,
    layers: 5,
    errorAtMost: 0.02,
  },
};

test.for(Object.entries(networks))("%s keeps its logits, and from the files that are written too", ([, network]) => {
  const graph = compileOrFail(randomizeWeights(network.create()));
  const { side: height, side: width } = network;
  const description: Pick<Manifest, "graph" | "input"> = {
    graph: { file: "model.json", input: graph.inputName, logits: graph.logitsName },
    input: { ...exampleManifest.input, height, width },
  };
  const float = readFloatGraph(description, toGraphFiles(graph));
  if (!float) throw new Error("the graph cannot be read");
  const images = Array.from({ length: 8 }, (_, i) => numbersFrom(i).ordinary(height * width));
  const chosen = chooseQuantisation(
    float,
    heapOrFail(),
    { count: images.length, at: (i) => images[i] },
    {
      logits: graph.logitsName,
      fixed: new Set(),
      errorAtMost: network.errorAtMost,
      onProgress: () => undefined,
    },
  );
  if (!chosen) throw new Error("nothing was chosen");
  expect(chosen.layers.length + chosen.leftInFloat.length).toBe(network.layers);
  expect(chosen.error).toBeLessThan(network.errorAtMost);

  const { quantisation } = chosen;
  const written = readFloatGraph(
    description,
    toEightBitFiles({ ...float, constants: chosen.constants }, chosen.layers),
  );
  if (!written) throw new Error("what was written cannot be read");
  const [before, after] = [{ ...float, constants: chosen.constants }, written].map((parts) => {
    const plan = createPlan({ ...parts, quantisation }, heapOrFail());
    if (!plan) throw new Error("there is no plan");
    plan.run(images[0], 0);
    const logits = plan.read(graph.logitsName);
    plan.dispose();
    return logits;
  });
  // The scales are rounded to float32 in the file.
  expect([...after]).toEqual([...before].map((logit) => expect.closeTo(logit, 3)));
});
