// A trained TF.js layers model in, a TF.js graph model out: batch norm folded, bias and activation fused, ending in
// logits. The same weights give the same bytes.
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Result } from "../../src/base/result.ts";
import { fuseNodes } from "./fuse-nodes.ts";
import {
  toClassActivation,
  toFeaturesName,
  toGraphArtifacts,
  type ClassActivation,
  type GraphArtifacts,
} from "./graph-def.ts";
import type { GraphNode } from "./graph-node.ts";
import { toLayerOps, type UnsupportedLayer } from "./layer-ops.ts";

/**
 * A graph model in memory, and the names of its input and output nodes; features only of a graph of several layers, class
 * activation only of one that ends in a global average and a dense layer.
 */
export type CompiledGraph = {
  artifacts: GraphArtifacts;
  inputName: string;
  logitsName: string;
  featuresName?: string;
  classActivation?: ClassActivation;
};

/** Compiles a model of one image input and one output; a final softmax or sigmoid is left to whoever reads the logits. */
export function compileGraph(model: LayersModel): Result<CompiledGraph, UnsupportedLayer> {
  const [output, ...others] = model.outputs ?? [];
  if (!output || others.length > 0) return unsupportedModel(model, "it does not have exactly one output");
  const nodes = readNodes(output);
  if (!nodes.ok) return nodes;
  const inputCount = nodes.value.filter((node) => node.op.kind === "input").length;
  if (inputCount !== 1) return unsupportedModel(model, "it does not have exactly one input");
  const fused = fuseNodes(dropFinalActivation(nodes.value));
  if (fused.length < 2) return unsupportedModel(model, "it computes nothing from its input");
  const names = { inputName: "input", logitsName: "logits" };
  const featuresName = toFeaturesName(fused);
  const classActivation = toClassActivation(fused, names.logitsName);
  return ok({
    artifacts: toGraphArtifacts(fused, names),
    ...names,
    ...(featuresName !== undefined && { featuresName }),
    ...(classActivation && { classActivation }),
  });
}

/** Walks from the output back to the input; a node comes after the nodes it reads, in the order they are read. */
function readNodes(output: SymbolicTensor): Result<GraphNode[], UnsupportedLayer> {
  const nodes: GraphNode[] = [];
  const nodeOf = new Map<SymbolicTensor, number>();
  const visit = (tensor: SymbolicTensor): Result<number, UnsupportedLayer> => {
    const known = nodeOf.get(tensor);
    if (known !== undefined) return ok(known);
    let reads: number[] = [];
    for (const source of tensor.inputs) {
      const visited = visit(source);
      if (!visited.ok) return visited;
      reads.push(visited.value);
    }
    const ops = toLayerOps({ layer: tensor.sourceLayer, inputs: tensor.inputs, output: tensor });
    if (!ops.ok) return ops;
    for (const op of ops.value) {
      const id = nodes.length;
      nodes.push({ id, inputs: reads, op });
      reads = [id];
    }
    const [id] = reads;
    if (id === undefined) throw new Error(`The layer ${tensor.sourceLayer.name} has no inputs and computes nothing.`);
    nodeOf.set(tensor, id);
    return ok(id);
  };
  const visited = visit(output);
  return visited.ok ? ok(nodes) : visited;
}

function dropFinalActivation(nodes: GraphNode[]): GraphNode[] {
  const last = nodes.at(-1)?.op;
  const isProbability = last?.kind === "activation" && (last.activation === "softmax" || last.activation === "sigmoid");
  return isProbability ? nodes.slice(0, -1) : nodes;
}

function unsupportedModel(model: LayersModel, why: string): { ok: false; error: UnsupportedLayer } {
  return fail("unsupported_layer", `The ${model.getClassName()} ${model.name} cannot be compiled: ${why}.`);
}
