// Every node that there are kernels for, in each of its forms, gives what TensorFlow.js makes of the graph; in the forms that
// there are none for it is TensorFlow.js' own.

import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import {
  bytesAttr,
  bytesListAttr,
  intAttr,
  intsAttr,
  type Attr,
  type NodeDef,
} from "../../../../../train/compile/node-def.ts";
import { useWasmBackend } from "../../../../../train/wasm-backend.ts";
import {
  constant,
  floats,
  integers,
  node,
  placeholder,
  toArtifacts,
  type WrittenGraph,
} from "../../../../train/transfer/written-graph.ts";
import { planGraph, runPlanned, runWhole, type ExampleGraph } from "../../example-graph.ts";
import { numbersFrom } from "../../steps/arbitrary-numbers.ts";
import { expectClose } from "../../steps/expect-close.ts";

beforeAll(() => useWasmBackend());

const [HEIGHT, WIDTH, CHANNELS] = [6, 5, 3];
const image = placeholder(HEIGHT, WIDTH, CHANNELS);

const window = (padding: string, strides = [1, 1], dilations = [1, 1]): Record<string, Attr> => ({
  strides: intsAttr([1, ...strides, 1]),
  padding: bytesAttr(padding),
  data_format: bytesAttr("NHWC"),
  dilations: intsAttr([1, ...dilations, 1]),
});
const explicit = (...paddings: number[]): Record<string, Attr> => ({
  ...window("EXPLICIT"),
  explicit_paddings: intsAttr([0, 0, ...paddings, 0, 0]),
});
const pooling = (padding: string, size: number[], strides: number[]): Record<string, Attr> => ({
  ...window(padding, strides),
  ksize: intsAttr([1, ...size, 1]),
});
const fused = (...names: string[]): Record<string, Attr> => ({
  fused_ops: bytesListAttr(names),
  num_args: intAttr(names.length > 0 ? 1 : 0),
});
const dense = (transposeB: boolean, ...names: string[]): Record<string, Attr> => ({
  transpose_a: { b: false },
  transpose_b: { b: transposeB },
  ...fused(...names),
});
const average = (keep: boolean): NodeDef => node("mean", "Mean", ["image", "axes"], { keep_dims: { b: keep } });
const axes = integers("axes", [2], [1, 2]);
const ends = (op: string, reads: string[], attr: Record<string, Attr> = {}): NodeDef => node("end", op, reads, attr);
const kernel = floats("kernel", 3, 2, 3, 4);
const each = floats("each", 3);
const statistics = [floats("gamma", 3), floats("beta", 3), floats("moving", 3), constant("variance", [3], [0.5, 1, 2])];
const isOfBatch: Record<string, Attr> = {
  epsilon: { f: 0.001 },
  is_training: { b: false },
  data_format: bytesAttr("NHWC"),
};

type Row = [name: string, constants: WrittenGraph["constants"], ...nodes: NodeDef[]];

function toGraph([, constants, ...nodes]: Row): ExampleGraph {
  const input = { name: "image", height: HEIGHT, width: WIDTH, channels: CHANNELS };
  return { ...toArtifacts({ nodes: [image, ...nodes], constants }), input, outputs: ["end"] };
}

function expectSame(row: Row, stockOperations: number): void {
  const before = tf.memory().numTensors;
  const graph = toGraph(row);
  const images = numbersFrom(20261122).ordinary(2 * HEIGHT * WIDTH * CHANNELS);
  const plan = planGraph(graph);
  if (!plan) throw new Error("there is no plan");
  expect(plan.stockOperations).toBe(stockOperations);
  const [made] = runPlanned(plan, images, graph);
  plan.dispose();
  // One at a time: the stock kernel of a fused product with a matrix on its side has the last bias in every row but the first.
  const size = HEIGHT * WIDTH * CHANNELS;
  const [first, second] = [0, 1].map((i) => runWhole(graph, images.slice(i * size, (i + 1) * size))[0]);
  const expected = [...first, ...second];
  expectClose(made, expected, 16);
  expect(new Set(expected).size).toBeGreaterThan(1);
  expect(tf.memory().numTensors).toBe(before);
}

const withKernels: Row[] = [
  ["a convolution", [kernel], ends("Conv2D", ["image", "kernel"], window("SAME", [2, 1]))],
  ["a convolution without borders", [kernel], ends("Conv2D", ["image", "kernel"], window("VALID"))],
  [
    "a convolution without borders, one of whose filters has a weight that is not finite",
    [constant("kernel", [1, 1, 3, 2], [Infinity, 1, 2, 3, 4, 5])],
    ends("Conv2D", ["image", "kernel"], window("VALID")),
  ],
  ["a dilated convolution", [kernel], ends("Conv2D", ["image", "kernel"], window("SAME", [1, 1], [2, 2]))],
  ["a convolution with borders of its own", [kernel], ends("Conv2D", ["image", "kernel"], explicit(0, 1, 2, 1))],
  [
    "a convolution with a bias",
    [kernel, floats("bias", 4)],
    ends("_FusedConv2D", ["image", "kernel", "bias"], { ...window("SAME"), ...fused("BiasAdd") }),
  ],
  ...["Relu", "Relu6", "Sigmoid", "Elu"].map((curve): Row => [
    `a convolution with a bias and ${curve}`,
    [kernel, floats("bias", 4)],
    ends("_FusedConv2D", ["image", "kernel", "bias"], { ...window("VALID"), ...fused("BiasAdd", curve) }),
  ]),
  [
    "a depthwise convolution",
    [floats("kernel", 3, 3, 3, 1)],
    ends("DepthwiseConv2dNative", ["image", "kernel"], window("SAME", [2, 2])),
  ],
  [
    "a depthwise convolution with a bias and Relu6",
    [floats("kernel", 5, 3, 3, 1), floats("bias", 3)],
    ends("FusedDepthwiseConv2dNative", ["image", "kernel", "bias"], {
      ...window("SAME"),
      ...fused("BiasAdd", "Relu6"),
    }),
  ],
  [
    "a matrix product",
    [axes, floats("kernel", 3, 4)],
    average(false),
    ends("MatMul", ["mean", "kernel"], dense(false)),
  ],
  [
    "a matrix product with a matrix on its side, a bias and Sigmoid",
    [axes, floats("kernel", 4, 3), floats("bias", 4)],
    average(false),
    ends("_FusedMatMul", ["mean", "kernel", "bias"], dense(true, "BiasAdd", "Sigmoid")),
  ],
  ...["Relu", "Relu6", "Sigmoid", "Elu", "Tanh", "Identity"].map((op): Row => [op, [], ends(op, ["image"])]),
  ["Softmax", [axes], average(false), ends("Softmax", ["mean"])],
  ["a bias", [each], ends("BiasAdd", ["image", "each"])],
  ["a sum with one number", [constant("one", [], [0.75])], ends("AddV2", ["one", "image"])],
  ["a sum with itself", [], ends("Add", ["image", "image"])],
  ["a sum of two in a list", [each], node("other", "Mul", ["image", "each"]), ends("AddN", ["image", "other"])],
  ["a difference from a constant", [each], ends("Sub", ["image", "each"])],
  ["what is left of a constant", [each], ends("Sub", ["each", "image"])],
  ["a product with a constant of four axes", [floats("each", 1, 1, 1, 3)], ends("Mul", ["each", "image"])],
  ["a square", [], ends("Mul", ["image", "image"])],
  ["a product with one pixel", [axes], average(true), ends("Mul", ["mean", "image"])],
  ["a quotient by a constant", [constant("each", [3], [2, -4, 0.125])], ends("RealDiv", ["image", "each"])],
  ["Div", [constant("each", [3], [2, -4, 0.125])], ends("Div", ["image", "each"])],
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((op): Row => [
    op,
    statistics,
    ends(op, ["image", "gamma", "beta", "moving", "variance"], isOfBatch),
  ]),
  ["MaxPool", [], ends("MaxPool", ["image"], pooling("SAME", [3, 2], [2, 2]))],
  ["AvgPool", [], ends("AvgPool", ["image"], pooling("SAME", [3, 2], [2, 1]))],
  ["AvgPool without borders", [], ends("AvgPool", ["image"], pooling("VALID", [2, 5], [2, 1]))],
  ["Mean", [axes], average(false), ends("Identity", ["mean"])],
  [
    "Mean over axes counted from the last",
    [integers("axes", [2], [-2, -3])],
    average(true),
    ends("Identity", ["mean"]),
  ],
  ["Reshape", [integers("shape", [2], [-1, 90])], ends("Reshape", ["image", "shape"])],
  ["Reshape to another image", [integers("shape", [4], [-1, 3, 10, 3])], ends("Reshape", ["image", "shape"])],
  ["Squeeze", [axes], average(true), ends("Squeeze", ["mean"], { squeeze_dims: intsAttr([1, 2]) })],
  [
    "Squeeze of axes counted from the last",
    [axes],
    average(true),
    ends("Squeeze", ["mean"], { axis: intsAttr([-2, -3]) }),
  ],
  ["Pad", [integers("borders", [4, 2], [0, 0, 1, 2, 3, 0, 0, 0])], ends("Pad", ["image", "borders"])],
  [
    "PadV2 with zero",
    [integers("borders", [4, 2], [0, 0, 1, 2, 3, 0, 0, 0]), constant("zero", [], [0])],
    ends("PadV2", ["image", "borders", "zero"]),
  ],
  [
    "ConcatV2 along the channels",
    [each, integers("axis", [], [-1])],
    node("other", "Mul", ["image", "each"]),
    ends("ConcatV2", ["image", "other", "axis"], { N: intAttr(2) }),
  ],
];

test.for(withKernels)("%s has a kernel", (row) => expectSame(row, 0));

const withoutKernels: Row[] = [
  [
    "a convolution whose borders meet a weight that is not finite",
    [
      constant(
        "kernel",
        [3, 3, 3, 1],
        Array.from({ length: 27 }, (_, i) => (i === 0 ? Infinity : 0.5)),
      ),
    ],
    ends("Conv2D", ["image", "kernel"], window("SAME")),
  ],
  [
    "a depthwise convolution that makes two of each channel",
    [floats("kernel", 3, 3, 3, 2)],
    ends("DepthwiseConv2dNative", ["image", "kernel"], window("SAME")),
  ],
  ["a constant by an image", [each], node("far", "AddV2", ["image", "eight"]), ends("RealDiv", ["each", "far"])],
  ["a difference of two images", [each], node("other", "Mul", ["image", "each"]), ends("Sub", ["image", "other"])],
  ["a product with a constant for each row", [floats("each", 6, 1, 1)], ends("Mul", ["image", "each"])],
  [
    "a mean over the channels",
    [integers("axes", [1], [3])],
    ends("Mean", ["image", "axes"], { keep_dims: { b: true } }),
  ],
  [
    "borders of ones",
    [integers("borders", [4, 2], [0, 0, 1, 1, 1, 1, 0, 0]), constant("one", [], [1])],
    ends("PadV2", ["image", "borders", "one"]),
  ],
  [
    "more channels of zeros",
    [integers("borders", [4, 2], [0, 0, 0, 0, 0, 0, 1, 0])],
    ends("Pad", ["image", "borders"]),
  ],
  [
    "ConcatV2 of rows",
    [each, integers("axis", [], [1])],
    node("other", "Mul", ["image", "each"]),
    ends("ConcatV2", ["image", "other", "axis"], { N: intAttr(2) }),
  ],
  ["a softmax of every pixel", [], ends("Softmax", ["image"])],
];

test.for(withoutKernels)("%s is TensorFlow.js' own", ([name, constants, ...nodes]) => {
  expectSame([name, [...constants, constant("eight", [], [8])], ...nodes], 1);
});

test("a curve of no known name is refused, though every object has something of that name", () => {
  const attr = { ...window("SAME"), ...fused("BiasAdd", "toString") };
  const row: Row = ["", [kernel, floats("bias", 4)], ends("_FusedConv2D", ["image", "kernel", "bias"], attr)];
  expect(() => planGraph(toGraph(row))).toThrow(/activation/i);
});
