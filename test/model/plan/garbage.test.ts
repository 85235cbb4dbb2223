// A run of a plan makes no objects: what JavaScript's heap holds after many runs is what it held before them.

import { getHeapStatistics } from "node:v8";
import { beforeAll, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan/create-plan.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights } from "../../train/compile/random-weights.ts";
import { compileOrFail } from "../../train/compile/run-both.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { planGraph } from "./example-graph.ts";
import { numbersFrom } from "./steps/arbitrary-numbers.ts";

beforeAll(() => useWasmBackend());

const [RUNS, BATCHES] = [500, 10];

function examplePlan(): Plan {
  const model = mobileNetV2({ width: 0.35, inputSize: 32, channels: 3, classes: 5, seed: 1 });
  const { artifacts, inputName, logitsName } = compileOrFail(randomizeWeights(model));
  model.dispose();
  const input = { name: inputName, height: 32, width: 32, channels: 3 };
  const plan = planGraph({ ...artifacts, input, outputs: [logitsName] });
  if (!plan) throw new Error("there is no plan");
  return plan;
}

/** Bytes a run, nothing being collected meanwhile: the least of many runs, the first of which compile the code. */
function garbageOf(run: () => void): number {
  const bytes = Array.from({ length: BATCHES }, () => {
    collectGarbage();
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < RUNS; i++) run();
    return Math.abs(getHeapStatistics().used_heap_size - before);
  });
  return Math.min(...bytes) / RUNS;
}

test("a run of one image leaves no garbage, and of an image of a batch only where it lies in it", () => {
  const plan = examplePlan();
  const { ordinary } = numbersFrom(1);
  const [image, batch] = [ordinary(32 * 32 * 3), ordinary(2 * 32 * 32 * 3)];
  // Less than any object has; the statistics themselves take some.
  expect(garbageOf(() => plan.run(image, 0))).toBeLessThan(4);
  const view = garbageOf(() => plan.run(batch, 1));
  expect(view).toBeGreaterThan(16);
  expect(view).toBeLessThan(256);
  plan.dispose();
});
