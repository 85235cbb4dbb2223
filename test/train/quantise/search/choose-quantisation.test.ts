// What is chosen for whole networks, measured on images from a seed.

import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../../../src/bundle/manifest.ts";
import { createPlan } from "../../../../src/model/plan/create-plan.ts";
import { currentHeap, type Heap } from "../../../../src/model/plan/heap.ts";
import { mnistCnn } from "../../../../train/architectures/mnist-cnn.ts";
import { resNet } from "../../../../train/architectures/resnet.ts";
import { toGraphFiles } from "../../../../train/compile/graph-files.ts";
import { chooseQuantisation, type Aims, type Outcome } from "../../../../train/quantise/search/choose-quantisation.ts";
import { toEightBitFiles } from "../../../../train/quantise/eight-bit-files.ts";
import { readFloatGraph } from "../../../../train/quantise/float-graph.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { exampleManifest } from "../../../bundle/example-manifest.ts";
import { numbersFrom } from "../../../model/plan/steps/arbitrary-numbers.ts";
import { randomizeWeights } from "../../compile/random-weights.ts";
import { compileOrFail } from "../../compile/run-both.ts";

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

function readNetwork({ create, side: height, side: width }: Case) {
  const graph = compileOrFail(randomizeWeights(create()));
  const description: Pick<Manifest, "graph" | "input"> = {
    graph: { file: "model.json", input: graph.inputName, logits: graph.logitsName },
    input: { ...exampleManifest.input, height, width },
  };
  const float = readFloatGraph(description, toGraphFiles(graph));
  if (!float) throw new Error("the graph cannot be read");
  const images = Array.from({ length: 8 }, (_, i) => numbersFrom(i).ordinary(height * width));
  const choose = (aims: Partial<Aims>) =>
    chooseQuantisation(
      float,
      heapOrFail(),
      { count: images.length, at: (i) => images[i] },
      {
        logits: graph.logitsName,
        fixed: new Set(),
        limits: { error: Infinity },
        onProgress: () => undefined,
        ...aims,
      },
    );
  return { graph, description, float, images, choose };
}

test.for(Object.entries(networks))("%s keeps its logits, and from the files that are written too", ([, network]) => {
  const { graph, description, float, images, choose } = readNetwork(network);
  const chosen = choose({ limits: { error: network.errorAtMost } });
  if (!chosen) throw new Error("nothing was chosen");
  expect(chosen.layers.length + chosen.leftInFloat.length).toBe(network.layers);
  expect(chosen.outcome.error).toBeLessThan(network.errorAtMost);
  expect(chosen.isReached).toBe(true);

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

const depthwise = networks["a network of depthwise convolutions"];

test("layers are left in float32 until the error is as small as it is to be, and no more of them than that takes", () => {
  const { choose } = readNetwork(depthwise);
  const steps: { what: string; outcome: Outcome; left: number; trials: number }[] = [];
  const loose = choose({});
  const onProgress = (step: (typeof steps)[number]) => steps.push(step);
  const strict = choose({ limits: { error: (loose?.outcome.error ?? 0) / 8 }, onProgress });
  expect(loose).toMatchObject({ isReached: true, leftInFloat: [] });
  expect(strict?.isReached).toBe(true);
  expect(strict?.outcome.error).toBeLessThan((loose?.outcome.error ?? 0) / 8);
  expect(strict?.leftInFloat.length).toBeGreaterThan(0);
  expect(strict?.layers.length).toBeGreaterThan(0);
  expect(steps[0]).toMatchObject({ what: "all layers of 7 bits", left: 0 });
  // 15 runs of five layers but for all of them together, and 6 values in 8 bits.
  expect(steps[0].trials).toBe(20);
  expect(steps.at(-1)).toMatchObject({ left: strict?.leftInFloat.length, trials: 0 });
});

test("the same images give the same choice", () => {
  const { choose } = readNetwork(depthwise);
  const aims = { limits: { error: 0.0005 } };
  expect(choose(aims)).toEqual(choose(aims));
});

test("answers count beside the error, and what cannot be reached is said", () => {
  const { choose } = readNetwork(depthwise);
  const compareAnswers = () => ({ changed: 0.5, p: 1, aucShift: 0 });
  const chosen = choose({ limits: { error: 1, changed: 0.25 }, compareAnswers });
  expect(chosen?.isReached).toBe(false);
  expect(chosen?.outcome.changed).toBe(0.5);
  expect(chosen?.layers.length).toBe(1);
  expect(choose({ limits: { error: 1, changed: 0.5 }, compareAnswers })).toMatchObject({ isReached: true });
});
