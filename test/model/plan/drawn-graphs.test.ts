// Graphs of any form by our kernels against TensorFlow.js' own: what is fused, computed in tiles, placed in the
// arena and given to TensorFlow.js in between comes out the same, in either build, whatever was in memory before.

import { assert, integer, pre, property } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Levels, Quantisation } from "../../../src/bundle/quantisation.ts";
import { currentHeap, useKernels, type Heap } from "../../../src/model/plan/heap.ts";
import type { Plan } from "../../../src/model/plan/create-plan.ts";
import { loadKernelModule } from "../../../train/kernel-module.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { BUILDS } from "../kernels/scratch-memory.ts";
import { drawGraph, type Draw } from "./drawn-graph.ts";
import { planGraph, runPlanned, runWhole, type ExampleGraph } from "./example-graph.ts";
import { numbersFrom } from "./steps/arbitrary-numbers.ts";
import { expectClose } from "./steps/expect-close.ts";

beforeAll(() => useWasmBackend());

function drawFrom(seed: number): Draw {
  const numbers = numbersFrom(seed).ordinary(2000);
  let at = 0;
  return (count) => Math.min(count - 1, Math.floor(((numbers[at++ % 2000] + 4) / 8) * count));
}

/** Whose memory is full of ones when it is given: NaN as numbers, 255 as levels. */
function fullHeap(): Heap {
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  const allocate = (bytes: number) => {
    const address = heap.allocate(bytes);
    if (address !== undefined) heap.write(address, new Uint8Array(bytes).fill(255));
    return address;
  };
  return { ...heap, allocate };
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("a graph of any form gives what it gives without our kernels, twice", async () => {
    useKernels(await loadKernelModule(build));
    const graphs = property(integer(), integer({ min: 1, max: 14 }), (seed, count) => {
      const graph = drawGraph(drawFrom(seed), count);
      const { height, width, channels } = graph.input;
      const images = numbersFrom(seed).ordinary(2 * height * width * channels);
      const plan = planGraph(graph, fullHeap());
      if (!plan) throw new Error("there is no plan");
      const made = runPlanned(plan, images, graph);
      expect(runPlanned(plan, images, graph)).toEqual(made);
      plan.dispose();
      for (const [i, expected] of runWhole(graph, images).entries()) {
        const largest = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 1);
        expectClose(made[i], expected, 16 * largest);
      }
    });
    assert(graphs, { seed: 20261125, numRuns: 300 });
  });
});

/** Of half of the convolutions; coarse and fine levels by turns. */
function drawQuantisation({ modelTopology }: ExampleGraph, draw: Draw): Quantisation {
  const names = modelTopology.node.filter(({ op }) => op !== "Const").map(({ name }) => name);
  const levels = (): Levels => ({
    scale: [0.02, 0.3][draw(2)],
    zeroPoint: draw(128),
    highest: draw(2) === 0 ? 127 : 255,
  });
  const layers = modelTopology.node.filter(({ op }) => /Conv/.test(op) && draw(2) === 0).map(({ name }) => name);
  return { layers: new Set(layers), values: new Map(names.map((name) => [name, levels()])) };
}

describe.for(BUILDS)("in the %s build, of levels", (build) => {
  test("a graph of any form gives the same whatever was in memory before", async () => {
    useKernels(await loadKernelModule(build));
    const graphs = property(integer(), integer({ min: 1, max: 14 }), (seed, count) => {
      const draw = drawFrom(seed);
      const drawn = drawGraph(draw, count);
      const graph = { ...drawn, quantisation: drawQuantisation(drawn, draw) };
      pre(graph.quantisation.layers.size > 0);
      const { height, width, channels } = graph.input;
      const images = numbersFrom(seed).ordinary(2 * height * width * channels);
      const [full, other] = [fullHeap(), currentHeap()].map((heap) => {
        const plan = tryToPlan(graph, heap);
        pre(plan !== undefined);
        const made = plan && [runPlanned(plan, images, graph), runPlanned(plan, images, graph)];
        plan?.dispose();
        return made;
      });
      expect(full?.[1]).toEqual(full?.[0]);
      expect(other).toEqual(full);
    });
    assert(graphs, { seed: 20261126, numRuns: 150, maxSkipsPerRun: 20 });
  });
});

/** Curves but clamps have no levels: undefined for a layer with one. */
function tryToPlan(graph: ExampleGraph, heap: Heap | undefined): Plan | undefined {
  try {
    return planGraph(graph, heap);
  } catch {
    return undefined;
  }
}
