// The graph of a float32 bundle as a plan takes it, and the layers of it that levels can take the place of numbers in.

import type { io } from "@tensorflow/tfjs-core";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { readConstants } from "../../src/model/plan/graph/constants.ts";
import { lowerGraph } from "../../src/model/plan/graph/lower-graph.ts";
import { readNodes } from "../../src/model/plan/graph/node-def.ts";
import type { GraphToPlan } from "../../src/model/plan/create-plan.ts";
import { fuseOperations } from "../../src/model/plan/operations/fuse-operations.ts";
import { readsOf, type Value } from "../../src/model/plan/operations/operation.ts";
import { takesLevels } from "../../src/model/plan/operations/use-levels.ts";

/** An operation that may take levels, and the nodes whose values would be levels then. */
export type Layer = {
  /** Of its last node. */
  name: string;
  reads: string[];
  /** Absent where it makes numbers. */
  makes?: string;
  /** The constant that its weights are, as they stand in the graph, and how many channels it makes. */
  kernel?: { name: string; channels: number; isDepthwise: boolean };
  /** The constant that its bias is. */
  bias?: string;
};

export type FloatGraph = Omit<GraphToPlan, "outputs" | "quantisation"> & {
  modelJson: io.ModelJSON;
  data: ArrayBuffer;
  /** What the manifest reads of it. */
  outputs: string[];
};

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Undefined for what only TensorFlow.js can read. */
export function readFloatGraph(
  { graph, input }: Pick<Manifest, "graph" | "input">,
  files: Files,
): FloatGraph | undefined {
  const modelJson = fromJsonBytes(files.get(graph.file) ?? new Uint8Array()) as io.ModelJSON;
  const paths = modelJson.weightsManifest.flatMap((group) => group.paths);
  const data = concatBytes(paths.map((path) => files.get(path) ?? new Uint8Array())).buffer;
  const nodes = readNodes(modelJson.modelTopology);
  const constants = readConstants(modelJson.weightsManifest, data);
  if (!nodes || !constants) return undefined;
  const { height, width, colour } = input;
  const outputs = [graph.logits, graph.features, graph.classActivation?.featureMap];
  return {
    modelJson,
    data,
    nodes,
    constants,
    input: { name: graph.input, height, width, channels: colour === "grey" ? 1 : 3 },
    outputs: [...new Set(outputs.filter((name) => name !== undefined))],
  };
}

/** In the order of the graph; without those whose weights are read by somebody else by the names in `fixed`. */
export function findLayers({ nodes, constants, input, outputs }: FloatGraph, fixed: ReadonlySet<string>): Layer[] {
  const { name, height, width, channels } = input;
  const lowered = lowerGraph({ nodes, constants, outputs, input: { name, shape: [1, height, width, channels] } });
  if (!lowered) return [];
  const kept = new Set(lowered.outputs.map(({ value }) => value.id));
  const keyOf = ({ id }: Value): string => lowered.keys.get(id) ?? "";
  const byWeights = new Map([...constants].map(([constant, { values }]) => [values, constant]));
  const layers = fuseOperations(lowered.operations, kept).flatMap((operation): Layer[] => {
    if (operation.kind === "stock" || !takesLevels(operation)) return [];
    const kernel = "kernel" in operation ? byWeights.get(operation.kernel) : undefined;
    const bias = "kernel" in operation ? byWeights.get(operation.bias) : undefined;
    if (kernel !== undefined && fixed.has(kernel)) return [];
    const isDepthwise = operation.kind === "depthwise";
    return [
      {
        name: keyOf(operation.y),
        reads: readsOf(operation).map(keyOf),
        ...(operation.kind !== "dense" && { makes: keyOf(operation.y) }),
        ...(kernel !== undefined && { kernel: { name: kernel, channels: operation.y.channels, isDepthwise } }),
        ...(bias !== undefined && { bias }),
      },
    ];
  });
  lowered.dispose();
  return layers;
}
