// A whole TF.js graph model: the GraphDef, and every weight in one buffer. Names come from kinds and positions, so equal
// weights give equal bytes whatever the layers' names were.
import type { io } from "@tensorflow/tfjs-core";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { GraphNode } from "./graph-node.ts";
import { toConstantNode, type Constant, type NodeDef } from "./node-def.ts";
import { biasName, kernelName, writeOp } from "./op-nodes.ts";

/** An io.ModelArtifacts with exactly the fields that a compiled graph has. */
export type GraphArtifacts = {
  format: "graph-model";
  generatedBy: "edgescope";
  convertedBy: null;
  modelTopology: GraphDef;
  weightSpecs: io.WeightsManifestEntry[];
  weightData: ArrayBuffer;
};

// The loader insists on `versions` and makes nothing of it but a label.
type GraphDef = { node: NodeDef[]; versions: Record<string, never> };

/** Writes nodes of which the first is the input and the last computes the logits. */
export function toGraphArtifacts(
  nodes: readonly GraphNode[],
  { inputName, logitsName }: { inputName: string; logitsName: string },
): GraphArtifacts {
  const names = new Map<number, string>();
  const nameOf = (id: number): string => {
    const name = names.get(id);
    if (name === undefined) throw new Error(`Node ${id} is read before it is computed.`);
    return name;
  };
  const node: NodeDef[] = [];
  const constants: Constant[] = [];
  for (const [position, { id, inputs, op }] of nodes.entries()) {
    const isLast = position === nodes.length - 1;
    const name = op.kind === "input" ? inputName : isLast ? logitsName : toInnerName(op.kind, position);
    names.set(id, name);
    const written = writeOp(op, name, inputs.map(nameOf));
    node.push(...written.constants.map(toConstantNode), ...written.nodes);
    constants.push(...written.constants);
  }
  return {
    format: "graph-model",
    generatedBy: "edgescope",
    convertedBy: null,
    modelTopology: { node, versions: {} },
    weightSpecs: constants.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    weightData: packConstants(constants),
  };
}

/** The name of the node that the last one reads, unless that is the input: its features decide the logits. */
export function toFeaturesName(nodes: readonly GraphNode[]): string | undefined {
  const position = nodes.findIndex(({ id }) => id === nodes.at(-1)?.inputs[0]);
  const { kind } = nodes[position].op;
  return kind === "input" ? undefined : toInnerName(kind, position);
}

/** The nodes that a class activation map is read from, as the manifest names them. */
export type ClassActivation = NonNullable<Manifest["graph"]["classActivation"]>;

/** There where one dense layer makes the logits of the mean over height and width of a node that is not the input. */
export function toClassActivation(nodes: readonly GraphNode[], logitsName: string): ClassActivation | undefined {
  const positionBefore = (position: number) => nodes.findIndex(({ id }) => id === nodes[position].inputs[0]);
  const head = nodes.length - 1;
  const { op } = nodes[head];
  if (op.kind !== "dense" || op.activation) return undefined;
  let average = positionBefore(head);
  // The mean has one number a channel: whatever the shapes are called, the order stays.
  while (nodes[average].op.kind === "reshape") average = positionBefore(average);
  if (nodes[average].op.kind !== "globalAverage") return undefined;
  const position = positionBefore(average);
  const { kind } = nodes[position].op;
  if (kind === "input") return undefined;
  return { featureMap: toInnerName(kind, position), kernel: kernelName(logitsName), bias: biasName(logitsName) };
}

const toInnerName = (kind: string, position: number): string => `${kind}_${position}`;

/** Every constant in order, 4 bytes an element, little-endian. */
function packConstants(constants: Constant[]): ArrayBuffer {
  const length = constants.reduce((sum, { values }) => sum + values.length, 0);
  const view = new DataView(new ArrayBuffer(4 * length));
  let at = 0;
  for (const { values, dtype } of constants) {
    for (const value of values) {
      if (dtype === "float32") view.setFloat32(at, value, true);
      else view.setInt32(at, value, true);
      at += 4;
    }
  }
  return view.buffer;
}
