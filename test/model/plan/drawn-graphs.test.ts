// Graphs of any form by our kernels against TensorFlow.js' own: what is fused, computed in tiles, placed in the
// arena and given to TensorFlow.js in between comes out the same, in either build, and again in a second run.

import { assert, integer, property } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { useKernels } from "../../../src/model/plan/heap.ts";
import { loadKernelModule } from "../../../train/kernel-module.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { BUILDS } from "../kernels/scratch-memory.ts";
import { drawGraph, type Draw } from "./drawn-graph.ts";
import { planGraph, runPlanned, runWhole } from "./example-graph.ts";
import { numbersFrom } from "./steps/arbitrary-numbers.ts";
import { expectClose } from "./steps/expect-close.ts";

beforeAll(() => useWasmBackend());

function drawFrom(seed: number): Draw {
  const numbers = numbersFrom(seed).ordinary(2000);
  let at = 0;
  return (count) => Math.min(count - 1, Math.floor(((numbers[at++ % 2000] + 4) / 8) * count));
}

describe.for(BUILDS)("in the %s build", (build) => {
  test("a graph of any form gives what it gives without our kernels, twice", async () => {
    useKernels(await loadKernelModule(build));
    const graphs = property(integer(), integer({ min: 1, max: 14 }), (seed, count) => {
      const graph = drawGraph(drawFrom(seed), count);
      const { height, width, channels } = graph.input;
      const images = numbersFrom(seed).ordinary(2 * height * width * channels);
      const plan = planGraph(graph);
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
