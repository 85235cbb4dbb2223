// A bundle's graph, ready to run: planned for kernels of our own where the backend in use has them, and by TensorFlow.js as
// a whole where it has none or the graph cannot be planned.

import type { io } from "@tensorflow/tfjs-core";
import { concatBytes, fromJsonBytes } from "../base/bytes.ts";
import { parseQuantisation, type Quantisation } from "../bundle/quantisation.ts";
import type { Bundle } from "../bundle/signature/verify-bundle.ts";
import type { Output, RunOptions } from "./model.ts";
import { readConstants } from "./plan/graph/constants.ts";
import { readNodes } from "./plan/graph/node-def.ts";
import { createPlan, type GraphToPlan, type Plan } from "./plan/create-plan.ts";
import { currentHeap, type Heap } from "./plan/heap.ts";
import { loadKept } from "./plan/graph/stock/load-kept.ts";
import { runGraph } from "./run-graph.ts";
import { runPlan } from "./run-plan.ts";

export type LoadedGraph = {
  run(inputNhwc: Float32Array, options?: RunOptions): Output[];
  /** Copies of the weights that were asked for and are there, by the names of their nodes. */
  weights: ReadonlyMap<string, Float32Array>;
  /** Whether the bundle's quantisation is in use. */
  usesLevels: boolean;
  /** What the weights take in memory beyond their files. */
  addedBytes: number;
  dispose(): void;
};

/** Throws what TensorFlow.js throws of a graph that it does not understand. */
export function loadGraph({ manifest, files }: Bundle, weightNames: readonly string[]): LoadedGraph {
  const modelJson = fromJsonBytes(files.get(manifest.graph.file) ?? new Uint8Array()) as io.ModelJSON;
  const shards = modelJson.weightsManifest.flatMap((group) =>
    group.paths.map((path) => files.get(path) ?? new Uint8Array()),
  );
  if (!modelJson.weightsManifest.every(({ weights }) => weights.every(({ shape }) => isShape(shape))))
    throw new Error("a weight's shape is none");
  const quantisation =
    manifest.quantisation && parseQuantisation(files.get(manifest.quantisation.file) ?? new Uint8Array());
  if (quantisation && !quantisation.ok) throw new Error(quantisation.error.detail);
  const parts: GraphParts = {
    manifest,
    modelJson,
    data: concatBytes(shards).buffer,
    weightNames,
    ...(quantisation && { quantisation: quantisation.value }),
  };
  return loadPlanned(parts) ?? loadStock(parts);
}

/**
 * TensorFlow.js counts up to the length of whatever stands there, and a convolution does not come back from a filter without
 * height or width. A list of nothing is a shape that graphs have.
 */
const isShape = (shape: unknown): boolean =>
  Array.isArray(shape) &&
  shape.every((side) => Number.isInteger(side) && side >= 0) &&
  (shape.length < 2 || !shape.includes(0));

type GraphParts = {
  manifest: Bundle["manifest"];
  modelJson: io.ModelJSON;
  data: ArrayBuffer;
  weightNames: readonly string[];
  quantisation?: Quantisation;
};

function loadPlanned({ manifest, modelJson, data, weightNames, quantisation }: GraphParts): LoadedGraph | undefined {
  const heap = currentHeap();
  const nodes = heap && readNodes(modelJson.modelTopology);
  const constants = nodes && readConstants(modelJson.weightsManifest, data);
  const plan =
    constants && tryToPlan({ nodes, constants, ...describe(manifest), ...(quantisation && { quantisation }) }, heap);
  if (!plan) return undefined;
  const weights = new Map<string, Float32Array>();
  for (const name of weightNames) {
    const values = constants.get(name)?.values;
    if (values instanceof Float32Array) weights.set(name, values.slice());
  }
  return planned(plan, weights, manifest, quantisation !== undefined);
}

/** In a function of its own: what it returns lives long, and must not keep the weights' files. */
const planned = (
  plan: Plan,
  weights: LoadedGraph["weights"],
  { graph: names, input }: Bundle["manifest"],
  usesLevels: boolean,
): LoadedGraph => ({
  run: (inputNhwc, options) => runPlan(plan, names, input, inputNhwc, options),
  weights,
  usesLevels,
  addedBytes: plan.addedBytes,
  dispose: () => plan.dispose(),
});

function describe({ graph: names, input }: Bundle["manifest"]): Pick<GraphToPlan, "input" | "outputs"> {
  const { height, width, colour } = input;
  const outputs = [names.logits, names.features, names.classActivation?.featureMap];
  return {
    input: { name: names.input, height, width, channels: colour === "grey" ? 1 : 3 },
    outputs: [...new Set(outputs.filter((name) => name !== undefined))],
  };
}

/** A part that TensorFlow.js refuses by itself is no reason to refuse the whole, which it gets next. */
function tryToPlan(graph: GraphToPlan, heap: Heap): Plan | undefined {
  try {
    return createPlan(graph, heap);
  } catch {
    return undefined;
  }
}

function loadStock({ manifest, modelJson, data, weightNames }: GraphParts): LoadedGraph {
  const graph = loadKept([modelJson, data]);
  const weights = new Map<string, Float32Array>();
  for (const name of weightNames) {
    const values = graph.weights[name]?.[0]?.dataSync<"float32">();
    if (values) weights.set(name, values);
  }
  return {
    run: (inputNhwc, options) => runGraph(graph, manifest.graph, manifest.input, inputNhwc, options),
    weights,
    usesLevels: false,
    addedBytes: 0,
    dispose: () => graph.dispose(),
  };
}
