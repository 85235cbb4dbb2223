// A network planned for the product's kernels, without the bundle that a product's model comes from.

import type { Quantisation } from "../../src/bundle/quantisation.ts";
import { createPlan, type Plan } from "../../src/model/plan/create-plan.ts";
import { readConstants } from "../../src/model/plan/graph/constants.ts";
import { readNodes } from "../../src/model/plan/graph/node-def.ts";
import type { Heap } from "../../src/model/plan/heap.ts";
import type { GraphArtifacts } from "../../train/compile/graph-def.ts";
import { shapeOf, type Network } from "../networks/network.ts";
import { toCompiledGraph } from "../networks/served-model.ts";

/** What a plan is made of, and no more. */
export type NetworkGraph = Pick<GraphArtifacts, "modelTopology" | "weightSpecs" | "weightData"> & {
  inputName: string;
  logitsName: string;
  shapeHwc: [number, number, number];
  /** Without it all is float32. */
  quantisation?: Quantisation;
};

export function toNetworkGraph(network: Network): NetworkGraph {
  const { artifacts, inputName, logitsName } = toCompiledGraph(network);
  const { modelTopology, weightSpecs, weightData } = artifacts;
  return { modelTopology, weightSpecs, weightData, inputName, logitsName, shapeHwc: shapeOf(network) };
}

export function planGraph(
  { modelTopology, weightSpecs, weightData, inputName, logitsName, shapeHwc, quantisation }: NetworkGraph,
  heap: Heap,
): Plan {
  const nodes = readNodes(modelTopology);
  const constants = readConstants([{ paths: [], weights: weightSpecs }], weightData);
  const [height, width, channels] = shapeHwc;
  const input = { name: inputName, height, width, channels };
  const outputs = [logitsName];
  const plan =
    nodes && constants && createPlan({ nodes, constants, input, outputs, ...(quantisation && { quantisation }) }, heap);
  if (!plan) throw new Error("the network cannot be planned");
  return plan;
}
