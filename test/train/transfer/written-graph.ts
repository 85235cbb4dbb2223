// Small TF.js graph models written by hand, as files in a folder.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import {
  toConstantNode,
  toTensorShape,
  type Attr,
  type Constant,
  type NodeDef,
} from "../../../train/compile/node-def.ts";
import type { GraphArtifacts } from "../../../train/compile/graph-def.ts";

/** A node that reads the ones named. */
export const node = (name: string, op: string, input: string[], attr: Record<string, Attr> = {}): NodeDef => ({
  name,
  op,
  input,
  attr,
});

/** Where images [batch, ...size] come in. */
export const placeholder = (...size: number[]): NodeDef =>
  node("image", "Placeholder", [], { shape: { shape: toTensorShape([-1, ...size]) } });

/** Float32 values that differ from each other, from -0.5 to 0.5. */
export const floats = (name: string, ...shape: number[]): Constant => {
  const length = shape.reduce((product, size) => product * size, 1);
  return { name, shape, dtype: "float32", values: Array.from({ length }, (_, i) => 0.5 * Math.sin(1 + 2.3 * i)) };
};

export const constant = (name: string, shape: number[], values: number[]): Constant => ({
  name,
  shape,
  dtype: "float32",
  values,
});

export const integers = (name: string, shape: number[], values: number[]): Constant => ({
  name,
  shape,
  dtype: "int32",
  values,
});

export type WrittenGraph = { nodes: NodeDef[]; constants: Constant[] };

export function toArtifacts({ nodes, constants }: WrittenGraph): GraphArtifacts {
  const bytes = constants.flatMap(({ values, dtype }) =>
    Array.from(values, (value) => new Uint8Array((dtype === "float32" ? Float32Array : Int32Array).of(value).buffer)),
  );
  return {
    format: "graph-model",
    generatedBy: "edgescope",
    convertedBy: null,
    modelTopology: { node: [...constants.map(toConstantNode), ...nodes], versions: {} },
    weightSpecs: constants.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    weightData: Uint8Array.from(bytes.flatMap((four) => [...four])).buffer,
  };
}

/** Gives the folder. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return folder;
}

/** Gives the folder. */
export const writeGraph = (folder: string, graph: WrittenGraph): Promise<string> =>
  writeFiles(folder, toGraphFiles({ artifacts: toArtifacts(graph) }));
