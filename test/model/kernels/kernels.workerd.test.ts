// In workerd: both builds are taken, and both compute with the backend's memory what TensorFlow.js computes.

import engine from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";
import { beforeAll, expect, test } from "vitest";
import plain from "../../../src/model/kernels/kernels-plain.wasm";
import relaxed from "../../../src/model/kernels/kernels-relaxed.wasm";
import { useKernels } from "../../../src/model/plan/heap.ts";
import { useWasmBackend } from "../../../src/model/wasm-backend.ts";
import { toGraphArtifacts } from "../../../train/compile/graph-def.ts";
import type { GraphNode } from "../../../train/compile/graph-node.ts";
import { planGraph, runPlanned, runWhole, type ExampleGraph } from "../plan/example-graph.ts";
import { numbersFrom } from "../plan/steps/arbitrary-numbers.ts";
import { expectClose } from "../plan/steps/expect-close.ts";

beforeAll(() => useWasmBackend(engine));

const { ordinary } = numbersFrom(3);
const doubles = (length: number) => Float64Array.from(ordinary(length));
const weight = (...shape: number[]) => ({ shape, values: doubles(shape.reduce((product, size) => product * size, 1)) });
const window: Pick<Extract<GraphNode["op"], { kind: "conv2d" | "depthwise" }>, "dilations" | "padding"> = {
  dilations: [1, 1],
  padding: "same",
};

const nodes: GraphNode[] = [
  { id: 0, inputs: [], op: { kind: "input", shapeHwc: [12, 12, 3] } },
  {
    id: 1,
    inputs: [0],
    op: {
      kind: "conv2d",
      kernel: weight(3, 3, 3, 16),
      bias: doubles(16),
      strides: [2, 2],
      activation: "relu6",
      ...window,
    },
  },
  {
    id: 2,
    inputs: [1],
    op: {
      kind: "depthwise",
      kernel: weight(3, 3, 16, 1),
      bias: doubles(16),
      strides: [1, 1],
      activation: "relu",
      ...window,
    },
  },
  {
    id: 3,
    inputs: [2],
    op: { kind: "conv2d", kernel: weight(1, 1, 16, 10), bias: doubles(10), strides: [1, 1], ...window },
  },
  { id: 4, inputs: [3], op: { kind: "globalAverage" } },
  { id: 5, inputs: [4], op: { kind: "dense", kernel: weight(10, 4), bias: doubles(4) } },
];

const threeByThree = (id: number, from: number, to: number, stride = 1): GraphNode => ({
  id,
  inputs: [id - 1],
  op: {
    kind: "conv2d",
    kernel: weight(3, 3, from, to),
    bias: doubles(to),
    strides: [stride, stride],
    activation: "relu",
    ...window,
  },
});

/** The second convolution is computed in nine tiles of 4 pixels, the fourth in nine of 2. */
const inTiles: GraphNode[] = [
  nodes[0],
  threeByThree(1, 3, 16),
  threeByThree(2, 16, 16),
  threeByThree(3, 16, 24, 2),
  threeByThree(4, 24, 24),
  { id: 5, inputs: [4], op: { kind: "globalAverage" } },
  { id: 6, inputs: [5], op: { kind: "dense", kernel: weight(24, 4), bias: doubles(4) } },
];

const graphOf = (of: GraphNode[]): ExampleGraph => ({
  ...toGraphArtifacts(of, { inputName: "input", logitsName: "logits" }),
  input: { name: "input", height: 12, width: 12, channels: 3 },
  outputs: ["logits"],
});

const images = ordinary(2 * 12 * 12 * 3);

test.for(Object.entries({ relaxed, plain }))("the %s build gives what the backend gives", ([, module]) => {
  useKernels(module);
  const graph = graphOf(nodes);
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  const [logits] = runPlanned(plan, images, graph);
  expect(logits.length).toBe(8);
  expectClose(logits, runWhole(graph, images)[0], 100);
});

test.for(Object.entries({ relaxed, plain }))("so does the %s build in tiles", ([, module]) => {
  useKernels(module);
  const graph = graphOf(inTiles);
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  // Of 16 and 24 channels: 36 and 16 numbers in place of nine.
  expect(plan.addedBytes).toBe(4 * (27 * 16 * 16 + 7 * 24 * 24));
  const [logits] = runPlanned(plan, images, graph);
  const expected = runWhole(graph, images)[0];
  expectClose(logits, expected, Math.max(...expected.map(Math.abs)));
});

test("both builds give the same to the last bit on levels", () => {
  const graph = graphOf(nodes);
  const sevenBits = (scale: number, zeroPoint: number) => ({ scale, zeroPoint, highest: 127 as const });
  const quantisation = {
    layers: new Set(["conv2d_1", "depthwise_2", "conv2d_3"]),
    values: new Map([
      ["input", sevenBits(8 / 127, 64)],
      ["conv2d_1", sevenBits(6 / 127, 0)],
      ["depthwise_2", sevenBits(0.5, 0)],
      ["conv2d_3", sevenBits(4, 64)],
    ]),
  };
  const [first, second] = [relaxed, plain].map((module) => {
    useKernels(module);
    const plan = planGraph({ ...graph, quantisation });
    if (!plan) throw new Error("there is no plan");
    return runPlanned(plan, images, graph)[0];
  });
  expect([...first].some((logit) => logit !== 0)).toBe(true);
  expectClose(second, first);
});
