// Nodes that have no kernel here, as a small graph of their own that TensorFlow.js runs. It holds their weights and no
// others.

import { tensor, tidy, zeros, type Tensor, type io } from "@tensorflow/tfjs-core";
import type { Constant } from "../constants.ts";
import { loadKept } from "./load-kept.ts";
import { nodeNameOf, toKey, type NodeDef } from "../node-def.ts";

export type StockNodes = {
  /** What the nodes make of one image. */
  shapes: number[][];
  /** Float32 of the shapes that were read and are made, in the order of `reads` and `writes`. */
  run: (xs: readonly Float32Array[]) => Float32Array[];
  dispose: () => void;
};

/** Keys as in `NodeDef.inputs`. */
export type StockParts = {
  nodes: readonly NodeDef[];
  reads: readonly { key: string; shape: readonly number[] }[];
  constants: ReadonlyMap<string, Constant>;
  writes: readonly string[];
};

/** Undefined where they do not make float32 of one image; throws what TensorFlow.js throws. */
export function loadStockNodes({ nodes, reads, constants, writes }: StockParts): StockNodes | undefined {
  const graph = loadKept(toArtifacts({ nodes, reads, constants }));
  const execute = (xs: Tensor[]): Tensor[] =>
    [graph.execute(Object.fromEntries(xs.map((x, i) => [placeholder(i), x])), [...writes])].flat();
  try {
    const made = tidy(() =>
      execute(reads.map(({ shape }) => zeros([...shape]))).map(({ shape, dtype }) => ({ shape, dtype })),
    );
    if (made.some(({ shape, dtype }) => dtype !== "float32" || shape[0] !== 1)) {
      graph.dispose();
      return undefined;
    }
    return {
      shapes: made.map(({ shape }) => shape),
      run: (xs) => {
        let values: Float32Array[] = [];
        tidy(() => {
          values = execute(xs.map((x, i) => tensor(x, [...reads[i].shape]))).map((y) => y.dataSync<"float32">());
        });
        return values;
      },
      dispose: () => graph.dispose(),
    };
  } catch (error) {
    graph.dispose();
    throw error;
  }
}

// No name of a node has a colon, so that these are nobody's; the names of nodes that are read are taken apart at one.
const placeholder = (i: number): string => `read ${i}`;

function toArtifacts({ nodes, reads, constants }: Omit<StockParts, "writes">): [io.ModelJSON, ArrayBuffer] {
  const own = new Set(nodes.map(({ name }) => name));
  const placeholders = new Map(reads.map(({ key }, i) => [key, placeholder(i)]));
  const rename = (reference: string) => placeholders.get(toKey(reference)) ?? reference;
  const isKept = (reference: string) => !reference.startsWith("^") || own.has(reference.slice(1));
  const weights = [...constants];
  const node = [
    ...[...placeholders.values()].map((name) => ({ name, op: "Placeholder", attr: { dtype: FLOAT } })),
    ...weights.map(([name, { dtype }]) => ({ name, op: "Const", attr: { dtype: dtype === "float32" ? FLOAT : INT } })),
    ...nodes.map(({ raw }) => {
      const { input = [] } = raw as { input?: string[] };
      return { ...raw, input: input.filter(isKept).map(rename) };
    }),
  ];
  const specs = weights.map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const data = new Uint8Array(weights.reduce((sum, [, { values }]) => sum + values.byteLength, 0));
  let at = 0;
  for (const [, { values }] of weights) {
    data.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  const modelTopology = { node, versions: {} };
  const weightsManifest = [{ paths: ["weights.bin"], weights: specs }];
  return [{ format: "graph-model", modelTopology, weightsManifest }, data.buffer];
}

const FLOAT = { type: "DT_FLOAT" };
const INT = { type: "DT_INT32" };

/** The keys that `nodes` read of others. */
export function keysRead(nodes: readonly NodeDef[]): string[] {
  const own = new Set(nodes.map(({ name }) => name));
  return [...new Set(nodes.flatMap(({ inputs }) => inputs))].filter((key) => !own.has(nodeNameOf(key)));
}
