// A network in 8 bits for measuring time: all layers that can be, of 7 bits, with the ranges of one image. What is lost is
// for `edgescope quantise` and `edgescope compare` to say, of trained networks.

import type { Quantisation } from "../../src/bundle/quantisation.ts";
import { currentHeap } from "../../src/model/plan/heap.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { chooseQuantisation } from "../../train/quantise/search/choose-quantisation.ts";
import { readFloatGraph, type FloatGraph } from "../../train/quantise/float-graph.ts";
import type { Network } from "./network.ts";
import { toCompiledGraph } from "./served-model.ts";

export type QuantisedNetwork = { graph: FloatGraph; logits: string; quantisation: Quantisation };

export function quantiseNetwork(network: Network): QuantisedNetwork {
  const compiled = toCompiledGraph(network);
  const names = { file: "model.json", input: compiled.inputName, logits: compiled.logitsName };
  const graph = readFloatGraph({ graph: names, input: network.spec }, toGraphFiles(compiled));
  const heap = currentHeap();
  const chosen =
    graph &&
    heap &&
    chooseQuantisation(
      graph,
      heap,
      { count: 2, at: (i) => network.inputHwc.map((value) => value * (1 - i / 2)) },
      {
        logits: names.logits,
        fixed: new Set(),
        limits: { error: Infinity },
        methods: ["minimum-maximum"],
        onProgress: () => undefined,
      },
    );
  if (!chosen) throw new Error(`${network.title} cannot be quantised`);
  return { graph, logits: names.logits, quantisation: chosen.quantisation };
}
