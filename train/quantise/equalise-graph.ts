// A graph whose channels are as large as each other where that costs nothing, by what calibration images make of it.

import type { Heap } from "../../src/model/plan/heap.ts";
import { createPlan } from "../../src/model/plan/create-plan.ts";
import { equaliseChannels, observePeaks } from "./equalise-channels.ts";
import { valuesOf, type FloatGraph, type Fused, type Layer } from "./float-graph.ts";

/** The same network, in numbers that levels suit better. */
export function equaliseGraph(
  graph: FloatGraph,
  { fused, layers, fixed }: { fused: Fused; layers: readonly Layer[]; fixed: ReadonlySet<string> },
  images: { count: number; at: (i: number) => Float32Array },
  heap: Heap,
): FloatGraph {
  const names = valuesOf(layers);
  const plan = createPlan({ ...graph, outputs: [...new Set([...graph.outputs, ...names])] }, heap);
  if (!plan) return graph;
  const peaks = observePeaks(plan, names, images.count, images.at);
  plan.dispose();
  const constants = new Map(graph.constants);
  for (const [name, values] of equaliseChannels(fused, graph.constants, fixed, peaks)) {
    const shape = graph.constants.get(name)?.shape ?? [values.length];
    constants.set(name, { shape, dtype: "float32", values });
  }
  return { ...graph, constants };
}
