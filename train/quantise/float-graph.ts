// The graph of a float32 bundle as a plan takes it, and the layers of it that levels can take the place of numbers in.

import type { io } from "@tensorflow/tfjs-core";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { readConstants } from "../../src/model/plan/graph/constants.ts";
import { lowerGraph } from "../../src/model/plan/graph/lower-graph.ts";
import { readNodes } from "../../src/model/plan/graph/node-def.ts";
import type { GraphToPlan } from "../../src/model/plan/create-plan.ts";
import { fuseOperations } from "../../src/model/plan/operations/fuse-operations.ts";
import { readsOf, type Single, type Value } from "../../src/model/plan/operations/operation.ts";
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
  /** Both in multiplications. */
  work: { multiplying: number; storing: number };
};

/** The names of all values that they read or make. */
export const valuesOf = (layers: readonly Layer[]): string[] => [
  ...new Set(layers.flatMap(({ reads, makes }) => [...reads, ...(makes === undefined ? [] : [makes])])),
];

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

/** A kernel of ours stores a number in about the time of so many multiplications. */
const MULTIPLICATIONS_A_STORE = 8;

export type Fused = {
  operations: Single[];
  /** What somebody reads of it. */
  kept: ReadonlySet<number>;
  nameOf: (value: Value) => string;
  /** The constant that an operation's numbers are as they stand in the graph. */
  constantOf: (numbers: Float32Array) => string | undefined;
};

/** The operations that a plan of the graph has in float32; none for what only TensorFlow.js can run. */
export function fuseGraph({ nodes, constants, input, outputs }: FloatGraph): Fused {
  const { name, height, width, channels } = input;
  const lowered = lowerGraph({ nodes, constants, outputs, input: { name, shape: [1, height, width, channels] } });
  const kept = new Set(lowered?.outputs.map(({ value }) => value.id));
  const byNumbers = new Map([...constants].map(([constant, { values }]) => [values, constant]));
  lowered?.dispose();
  return {
    operations: lowered ? fuseOperations(lowered.operations, kept) : [],
    kept,
    nameOf: ({ id }) => lowered?.keys.get(id) ?? "",
    constantOf: (numbers) => byNumbers.get(numbers),
  };
}

/** In the order of the graph; without those whose weights are read by somebody else by the names in `fixed`. */
export function findLayers({ operations, nameOf, constantOf }: Fused, fixed: ReadonlySet<string>): Layer[] {
  return operations.flatMap((operation): Layer[] => {
    if (operation.kind === "stock" || !takesLevels(operation)) return [];
    const kernel = "kernel" in operation ? constantOf(operation.kernel) : undefined;
    const bias = "kernel" in operation ? constantOf(operation.bias) : undefined;
    if (kernel !== undefined && fixed.has(kernel)) return [];
    const isDepthwise = operation.kind === "depthwise";
    const { height, width, channels } = operation.y;
    const pixels = height * width;
    return [
      {
        name: nameOf(operation.y),
        reads: readsOf(operation).map(nameOf),
        ...(operation.kind !== "dense" && { makes: nameOf(operation.y) }),
        ...(kernel !== undefined && { kernel: { name: kernel, channels, isDepthwise } }),
        ...(bias !== undefined && { bias }),
        work: {
          // Every number of a kernel is used at every pixel.
          multiplying: "kernel" in operation ? pixels * operation.kernel.length : 0,
          storing: pixels * channels * MULTIPLICATIONS_A_STORE,
        },
      },
    ];
  });
}
