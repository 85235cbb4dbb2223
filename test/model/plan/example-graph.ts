// Graphs for tests: nodes as TensorFlow has them, planned for kernels and run, and run by TensorFlow.js as a whole.

import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { Quantisation } from "../../../src/bundle/quantisation.ts";
import { createPlan, type Plan } from "../../../src/model/plan/create-plan.ts";
import { readConstants } from "../../../src/model/plan/graph/constants.ts";
import { readNodes } from "../../../src/model/plan/graph/node-def.ts";
import { currentHeap, type Heap } from "../../../src/model/plan/heap.ts";
import type { GraphArtifacts } from "../../../train/compile/graph-def.ts";

export type ExampleGraph = Pick<GraphArtifacts, "modelTopology" | "weightSpecs" | "weightData"> & {
  input: { name: string; height: number; width: number; channels: number };
  outputs: readonly string[];
  quantisation?: Quantisation;
};

/** On the heap of the backend in use. */
export function planGraph(
  { modelTopology, weightSpecs, weightData, input, outputs, quantisation }: ExampleGraph,
  heap: Heap | undefined = currentHeap(),
): Plan | undefined {
  const nodes = readNodes(modelTopology);
  const constants = readConstants([{ paths: [], weights: weightSpecs }], weightData);
  if (!nodes || !constants || !heap) throw new Error("the example is not a graph, or there are no kernels");
  return createPlan({ nodes, constants, input, outputs, ...(quantisation && { quantisation }) }, heap);
}

/** What TensorFlow.js makes of the images, on the backend in use, all of them in one batch. */
export function runWhole(
  { modelTopology, weightSpecs, weightData, input, outputs }: ExampleGraph,
  images: Float32Array,
): Float32Array[] {
  const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
  const graph = loadGraphModelSync([{ format: "graph-model", modelTopology, weightsManifest }, weightData]);
  const { height, width, channels } = input;
  const values = tf.tidy(() => {
    const batch = tf.tensor4d(images, [images.length / (height * width * channels), height, width, channels]);
    return [graph.execute({ [input.name]: batch }, [...outputs])].flat().map((y) => y.dataSync<"float32">().slice());
  });
  graph.dispose();
  return values;
}

/** Image after image, the outputs of all of them as of one batch. */
export function runPlanned(plan: Plan, images: Float32Array, { input, outputs }: ExampleGraph): Float32Array[] {
  const size = input.height * input.width * input.channels;
  const each = Array.from({ length: images.length / size }, (_, i) => {
    plan.run(images, i);
    return outputs.map((name) => plan.read(name));
  });
  return outputs.map((_, output) => Float32Array.from(each.flatMap((made) => [...made[output]])));
}
