// Graphs with nodes that have no kernel run all the same, those nodes by TensorFlow.js, and give what it gives of the whole.

import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { toGraphArtifacts } from "../../../../../train/compile/graph-def.ts";
import type { GraphNode } from "../../../../../train/compile/graph-node.ts";
import type { NodeDef } from "../../../../../train/compile/node-def.ts";
import { useWasmBackend } from "../../../../../train/wasm-backend.ts";
import { planGraph, runPlanned, runWhole, type ExampleGraph } from "../../example-graph.ts";
import { numbersFrom } from "../../steps/arbitrary-numbers.ts";
import { expectClose } from "../../steps/expect-close.ts";

beforeAll(() => useWasmBackend());

const numbers = numbersFrom(11);
const doubles = (length: number) => Float64Array.from(numbers.ordinary(length));

const convolution = (id: number, read: number, channels: number): GraphNode => ({
  id,
  inputs: [read],
  op: {
    kind: "conv2d",
    kernel: { shape: [3, 3, channels, 4], values: doubles(36 * channels) },
    bias: doubles(4),
    strides: [1, 1],
    dilations: [1, 1],
    padding: "same",
  },
});

const nodes: GraphNode[] = [
  { id: 0, inputs: [], op: { kind: "input", shapeHwc: [6, 6, 3] } },
  convolution(1, 0, 3),
  convolution(2, 1, 4),
  { id: 3, inputs: [2], op: { kind: "globalAverage" } },
];

/** The chain of two convolutions and a mean, with nodes put between the convolutions; the second reads `between`'s last. */
function withNodes(between: NodeDef[], readLater = between.at(-1)?.name ?? ""): ExampleGraph {
  const { modelTopology, ...weights } = toGraphArtifacts(nodes, { inputName: "input", logitsName: "logits" });
  const node = modelTopology.node.map((each) =>
    each.name === "conv2d_2" ? { ...each, input: [readLater, ...each.input.slice(1)] } : each,
  );
  const input = { name: "input", height: 6, width: 6, channels: 3 };
  return { ...weights, modelTopology: { node: [...node, ...between], versions: {} }, input, outputs: ["logits"] };
}

const type = { type: "DT_FLOAT" };

const leaky = (name: string, read: string): NodeDef => ({
  name,
  op: "LeakyRelu",
  input: [read],
  attr: { T: type, alpha: { f: 0.3 } },
});

function expectSame(graph: ExampleGraph, stockOperations: number): void {
  const before = tf.memory().numTensors;
  const images = numbers.ordinary(2 * 108);
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  expect(plan.stockOperations).toBe(stockOperations);
  const made = runPlanned(plan, images, graph);
  plan.dispose();
  expectClose(made[0], runWhole(graph, images)[0], 100);
  expect(tf.memory().numTensors).toBe(before);
}

describe("what has no kernel goes to TensorFlow.js", () => {
  test("as one node between two convolutions", () => {
    expectSame(withNodes([leaky("a", "conv2d_1")]), 1);
  });

  test("as several in a row, in one piece", () => {
    expectSame(withNodes([leaky("a", "conv2d_1"), leaky("b", "a"), leaky("c", "b")]), 1);
  });

  test("in two pieces around a sum that has a kernel", () => {
    const sum: NodeDef = { name: "b", op: "AddV2", input: ["a", "conv2d_1"], attr: { T: type } };
    expectSame(withNodes([leaky("a", "conv2d_1"), sum, leaky("c", "b")]), 2);
  });

  test("with a node that has two outputs, of which the second is read", () => {
    const axis: NodeDef = { name: "b/axis", op: "Const", input: [], attr: { dtype: { type: "DT_INT32" } } };
    const split: NodeDef = { name: "b", op: "Split", input: ["b/axis", "a"], attr: { T: type, num_split: { i: "2" } } };
    const again: NodeDef = {
      name: "c",
      op: "ConcatV2",
      input: ["b:1", "b:0", "b/axis"],
      attr: { T: type, N: { i: "2" } },
    };
    const graph = withNodes([axis, leaky("a", "conv2d_1"), split, again]);
    const weightSpecs = [...graph.weightSpecs, { name: "b/axis", shape: [], dtype: "int32" as const }];
    const weightData = new Uint8Array([...new Uint8Array(graph.weightData), 3, 0, 0, 0]).buffer;
    expectSame({ ...graph, weightSpecs, weightData }, 1);
  });
});

test("a graph whose pieces are not of numbers with fractions is TensorFlow.js' as a whole", () => {
  const attr = { SrcT: type, DstT: { type: "DT_INT32" } };
  const whole: NodeDef = { name: "a", op: "Cast", input: ["conv2d_1"], attr };
  expect(planGraph({ ...withNodes([whole], "conv2d_1"), outputs: ["a"] })).toBeUndefined();
});

test("a node that is not there is no plan", () => {
  expect(planGraph({ ...withNodes([], "conv2d_1"), outputs: ["nowhere"] })).toBeUndefined();
});

test("nodes that read each other in a circle are no plan", () => {
  expect(planGraph(withNodes([leaky("a", "b"), leaky("b", "a")]))).toBeUndefined();
});
