// What a plan holds, and what a run of it leaves: nothing.

import { backend, memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { currentHeap, type Heap } from "../../../src/model/plan/heap.ts";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { resNet } from "../../../train/architectures/resnet.ts";
import { bytesAttr, intsAttr } from "../../../train/compile/node-def.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights } from "../../train/compile/random-weights.ts";
import { compileOrFail } from "../../train/compile/run-both.ts";
import { floats, node, placeholder, toArtifacts } from "../../train/transfer/written-graph.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { planGraph, type ExampleGraph } from "./example-graph.ts";
import { numbersFrom } from "./steps/arbitrary-numbers.ts";

beforeAll(() => useWasmBackend());

const MIB = 1024 * 1024;

/** Large enough for some of it to run in strips. */
function exampleGraph(): ExampleGraph {
  const model = mobileNetV2({ width: 0.5, inputSize: 96, channels: 3, classes: 5, seed: 1 });
  const { artifacts, inputName, logitsName } = compileOrFail(randomizeWeights(model));
  model.dispose();
  return { ...artifacts, input: { name: inputName, height: 96, width: 96, channels: 3 }, outputs: [logitsName] };
}

/** Notes every address that is given and given back. */
function watch(heap: Heap): { heap: Heap; held: Set<number>; allocations: () => number } {
  const held = new Set<number>();
  let count = 0;
  const allocate = (bytes: number) => {
    const address = heap.allocate(bytes);
    if (address !== undefined) held.add(address);
    count++;
    return address;
  };
  const free = (address: number) => {
    held.delete(address);
    heap.free(address);
  };
  return { heap: { ...heap, allocate, free }, held, allocations: () => count };
}

function theHeap(): Heap {
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  return heap;
}

const heapBytes = () =>
  (backend() as unknown as { wasm: { asm: { memory: WebAssembly.Memory } } }).wasm.asm.memory.buffer.byteLength;

test("a run allocates nothing, and a plan gives all its memory back", () => {
  const graph = exampleGraph();
  const { heap, held, allocations } = watch(theHeap());
  const plan = planGraph(graph, heap);
  const image = numbersFrom(1).ordinary(96 * 96 * 3);
  plan?.run(image, 0);
  const before = { ...memory(), bytes: heapBytes(), allocations: allocations(), held: held.size };
  for (let i = 0; i < 100; i++) plan?.run(image, 0);
  expect({ ...memory(), bytes: heapBytes(), allocations: allocations(), held: held.size }).toEqual(before);
  expect(held.size).toBeGreaterThan(10);
  plan?.dispose();
  expect(held.size).toBe(0);
});

test("of weights that are transformed a plan keeps what they have become", () => {
  const model = resNet({ inputSize: 28, channels: 3, classes: 3, widths: [16, 20], blocksPerStage: 2, seed: 1 });
  const { artifacts, inputName, logitsName } = compileOrFail(randomizeWeights(model));
  model.dispose();
  const { heap, held, allocations } = watch(theHeap());
  const input = { name: inputName, height: 28, width: 28, channels: 3 };
  const plan = planGraph({ ...artifacts, input, outputs: [logitsName] }, heap);
  // Four convolutions of 16 channels and three of 20, which have 24 columns, in tiles of 4 pixels.
  expect(plan?.addedBytes).toBe(4 * 27 * (4 * 16 * 16 + 3 * 20 * 24));
  expect(allocations() - held.size).toBe(7);
  plan?.dispose();
  expect(held.size).toBe(0);
});

test("a plan goes on when memory has grown under it", () => {
  const graph = exampleGraph();
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  const image = numbersFrom(1).ordinary(96 * 96 * 3);
  plan.run(image, 0);
  const logits = plan.read("logits");
  const bytes = heapBytes();
  const block = theHeap().allocate(bytes);
  expect(heapBytes()).toBeGreaterThan(bytes);
  plan.run(image, 0);
  expect(plan.read("logits")).toEqual(logits);
  if (block !== undefined) theHeap().free(block);
  plan.dispose();
});

test("a plan goes on when memory grows in the middle of a run, for a node that TensorFlow.js runs", () => {
  const kernel = floats("kernel", 3, 3, 3, 32);
  const window = { strides: intsAttr([1, 1, 1, 1]), padding: bytesAttr("SAME"), dilations: intsAttr([1, 1, 1, 1]) };
  const nodes = [
    placeholder(96, 96, 3),
    node("conv", "Conv2D", ["image", "kernel"], window),
    node("leaky", "LeakyRelu", ["conv"], { alpha: { f: 0.25 } }),
    node("end", "MaxPool", ["leaky"], { ...window, ksize: intsAttr([1, 2, 2, 1]) }),
  ];
  const input = { name: "image", height: 96, width: 96, channels: 3 };
  const plan = planGraph({ ...toArtifacts({ nodes, constants: [kernel] }), input, outputs: ["end"] });
  if (!plan) throw new Error("there is no plan");
  expect(plan.stockOperations).toBe(1);
  const image = numbersFrom(1).ordinary(96 * 96 * 3);
  plan.run(image, 0);
  const before = plan.read("end");
  // Until so little is left that a tensor of 1.2 MB has no place.
  const heap = theHeap();
  const blocks: number[] = [];
  for (let end = 0; end < heapBytes() - MIB; end = blocks[blocks.length - 1] + MIB / 4) {
    const block = heap.allocate(MIB / 4);
    if (block === undefined) throw new Error("there is no more memory");
    blocks.push(block);
  }
  const bytes = heapBytes();
  plan.run(image, 0);
  expect(heapBytes()).toBeGreaterThan(bytes);
  expect(plan.read("end")).toEqual(before);
  plan.run(image, 0);
  expect(plan.read("end")).toEqual(before);
  for (const block of blocks) heap.free(block);
  plan.dispose();
});

test("without memory there is no plan, and nothing is held", () => {
  const { heap, held } = watch(theHeap());
  let left = 20;
  const allocate = (bytes: number) => (left-- > 0 ? heap.allocate(bytes) : undefined);
  expect(() => planGraph(exampleGraph(), { ...heap, allocate })).toThrow("no more memory");
  expect(held.size).toBe(0);
});

test("a plan does not keep the files of its weights beside the packed ones", async () => {
  const planAndForget = () => {
    const graph = exampleGraph();
    return { plan: planGraph(graph), weights: new WeakRef(graph.weightData) };
  };
  const { plan, weights } = planAndForget();
  // A reference stays alive until the task that made it ends.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(weights.deref()).toBeUndefined();
  plan?.run(numbersFrom(1).ordinary(96 * 96 * 3), 0);
  expect(plan?.read("logits").length).toBe(5);
  plan?.dispose();
});
