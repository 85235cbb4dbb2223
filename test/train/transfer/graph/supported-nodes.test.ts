// Each supported node of a graph, taken over as layers, computes what TF.js computes of the graph itself.

import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesAttr, bytesListAttr, intAttr, intsAttr, type Attr } from "../../../../train/compile/node-def.ts";
import { readBackbone } from "../../../../train/transfer/read-backbone.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { createScratchFolder } from "../../data/files/scratch-folder.ts";
import {
  constant,
  floats,
  integers,
  node,
  placeholder,
  toArtifacts,
  writeGraph,
  type WrittenGraph,
} from "../written-graph.ts";

const scratch = await createScratchFolder();

beforeAll(useWasmBackend);

const window = (padding: string, stride = 1): Record<string, Attr> => ({
  strides: intsAttr([1, stride, stride, 1]),
  padding: bytesAttr(padding),
  data_format: bytesAttr("NHWC"),
  dilations: intsAttr([1, 1, 1, 1]),
});
const pooling = (padding: string, size: number, stride: number): Record<string, Attr> => ({
  ...window(padding, stride),
  ksize: intsAttr([1, size, size, 1]),
});
const image = placeholder(6, 5, 3);
const conv = (...after: WrittenGraph["nodes"]) => [
  image,
  node("conv", "Conv2D", ["image", "kernel"], window("SAME")),
  ...after,
];
const kernel = floats("kernel", 3, 3, 3, 4);
const pooled = node("pooled", "Mean", ["image", "axes"], { keep_dims: { b: false } });
const axes = integers("axes", [2], [1, 2]);

const rows: [name: string, graph: WrittenGraph, layers: string[]][] = [
  [
    "a convolution, its bias and its activation become one convolution and an activation",
    {
      nodes: conv(node("biased", "BiasAdd", ["conv", "bias"]), node("end", "Relu", ["biased"])),
      constants: [kernel, floats("bias", 4)],
    },
    ["Conv2D", "Activation"],
  ],
  [
    "a batch norm for inference is folded into the convolution before it",
    {
      nodes: conv(
        node("end", "FusedBatchNormV3", ["conv", "gamma", "beta", "mean", "variance"], {
          epsilon: { f: 0.001 },
          is_training: { b: false },
        }),
      ),
      constants: [
        kernel,
        floats("gamma", 4),
        floats("beta", 4),
        floats("mean", 4),
        constant("variance", [4], [1, 2, 3, 4]),
      ],
    },
    ["Conv2D"],
  ],
  [
    "a fused convolution with explicit padding, stride and relu6",
    {
      nodes: [
        image,
        node("end", "_FusedConv2D", ["image", "kernel", "bias"], {
          ...window("EXPLICIT", 2),
          explicit_paddings: intsAttr([0, 0, 0, 1, 2, 1, 0, 0]),
          num_args: intAttr(1),
          fused_ops: bytesListAttr(["BiasAdd", "Relu6"]),
        }),
      ],
      constants: [kernel, floats("bias", 4)],
    },
    ["ZeroPadding2D", "Conv2D", "Activation"],
  ],
  [
    "a dilated convolution",
    {
      nodes: [
        image,
        node("end", "Conv2D", ["image", "kernel"], { ...window("SAME"), dilations: intsAttr([1, 2, 2, 1]) }),
      ],
      constants: [kernel],
    },
    ["Conv2D"],
  ],
  [
    "a depthwise convolution with a multiplier and a stride",
    {
      nodes: [image, node("end", "DepthwiseConv2dNative", ["image", "kernel"], window("VALID", 2))],
      constants: [floats("kernel", 3, 3, 3, 2)],
    },
    ["DepthwiseConv2D"],
  ],
  [
    "arithmetic with constants, in either order, becomes one factor and one offset a channel",
    {
      nodes: [
        image,
        node("doubled", "Mul", ["two", "image"]),
        node("less", "Sub", ["doubled", "means"]),
        node("divided", "RealDiv", ["less", "deviations"]),
        node("more", "AddV2", ["half", "divided"]),
        node("end", "Sub", ["means", "more"]),
      ],
      constants: [
        constant("two", [], [2]),
        floats("means", 1, 1, 1, 3),
        constant("deviations", [3], [1, 2, 4]),
        constant("half", [1], [0.5]),
      ],
    },
    ["DepthwiseConv2D"],
  ],
  [
    "a batch norm of a row, which has no convolution before it",
    {
      nodes: [
        image,
        pooled,
        node("scaled", "Mul", ["pooled", "gamma"]),
        node("moved", "Add", ["scaled", "beta"]),
        node("end", "Tanh", ["moved"]),
      ],
      constants: [axes, floats("gamma", 3), floats("beta", 3)],
    },
    ["GlobalAveragePooling2D", "Reshape", "DepthwiseConv2D", "Flatten", "Activation"],
  ],
  [
    "a matrix product with the matrix on its side, and a sum with a vector",
    {
      nodes: [
        image,
        pooled,
        node("product", "MatMul", ["pooled", "matrix"], { transpose_a: { b: false }, transpose_b: { b: true } }),
        node("biased", "AddV2", ["product", "bias"]),
        node("end", "Sigmoid", ["biased"]),
      ],
      constants: [axes, floats("matrix", 4, 3), floats("bias", 4)],
    },
    ["GlobalAveragePooling2D", "Dense", "Activation"],
  ],
  [
    "pooling, and squeezing what is left",
    {
      nodes: [
        image,
        node("max", "MaxPool", ["image"], pooling("SAME", 3, 2)),
        node("mean", "AvgPool", ["max"], pooling("VALID", 3, 1)),
        node("end", "Squeeze", ["mean"], { squeeze_dims: intsAttr([1, 2]) }),
      ],
      constants: [],
    },
    ["MaxPooling2D", "AveragePooling2D", "Reshape"],
  ],
  [
    "zeros around an image, and a shape with one size left out for the batch",
    {
      nodes: [
        image,
        node("padded", "Pad", ["image", "borders"]),
        node("activated", "Elu", ["padded"]),
        node("end", "Reshape", ["activated", "shape"]),
      ],
      constants: [integers("borders", [4, 2], [0, 0, 1, 0, 0, 2, 0, 0]), integers("shape", [2], [-1, 147])],
    },
    ["ZeroPadding2D", "Activation", "Reshape"],
  ],
  [
    "sums of several tensors, products with one pixel, and channels side by side",
    {
      nodes: [
        image,
        node("sum", "AddN", ["image", "image", "image"], { N: intAttr(3) }),
        node("pixel", "Mean", ["image", "axes"], { keep_dims: { b: true } }),
        node("product", "Mul", ["sum", "pixel"]),
        node("end", "ConcatV2", ["product", "image", "last"], { N: intAttr(2) }),
      ],
      constants: [integers("axes", [2], [-2, -3]), integers("last", [], [3])],
    },
    ["GlobalAveragePooling2D", "Add", "Reshape", "Multiply", "Concatenate"],
  ],
  [
    "nodes that only hand on, or only wait",
    {
      nodes: [
        image,
        node("same", "Identity", ["image:0"]),
        node("still", "StopGradient", ["same", "^image"]),
        node("end", "Softmax", ["still"]),
      ],
      constants: [],
    },
    ["Activation"],
  ],
];

describe("a backbone's graph is taken over as layers", () => {
  test.for(rows)("%s", async ([name, graph, classes]) => {
    const folder = await writeGraph(join(scratch.path, name), graph);
    const read = await readBackbone(folder, { height: 1, width: 1 }, {});
    if (!read.ok) throw new Error(read.error.detail);
    const { model } = read.value;
    expect(model.layers.map((layer) => layer.getClassName())).toEqual(["InputLayer", ...classes]);
    expect(model.layers.at(-1)?.name).toBe("end");
    const graphModel = loadGraphModelSync(toArtifacts(graph));
    tf.tidy(() => {
      const images = tf.randomUniform([2, 6, 5, 3], -4, 4, "float32", 3);
      const [expected, actual] = [graphModel.execute(images, "end"), model.predict(images)] as [tf.Tensor, tf.Tensor];
      expect(actual.shape).toEqual(expected.shape);
      const [a, b] = [actual.dataSync(), expected.dataSync()];
      expect(Math.max(...b.map(Math.abs))).toBeGreaterThan(0.01);
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-5);
    });
  });

  test("of any image size, at the size of the recipe", async () => {
    const graph = { nodes: [placeholder(-1, -1, 3), ...conv().slice(1)], constants: [kernel] };
    const read = await readBackbone(await writeGraph(join(scratch.path, "any"), graph), { height: 9, width: 8 }, {});
    expect(read.ok && read.value.model.outputs[0].shape).toEqual([null, 9, 8, 4]);
  });

  test("with TensorFlow's names even where another layer's would be the same", async () => {
    const nodes = [
      image,
      node("conv2d_2", "Identity", ["image"]),
      node("a", "_FusedConv2D", ["conv2d_2", "kernel"], {
        ...window("EXPLICIT"),
        explicit_paddings: intsAttr([0, 0, 1, 1, 1, 1, 0, 0]),
      }),
      node("a/pad", "Relu", ["a"]),
      node(".hidden", "Tanh", ["a/pad"]),
      node("node_4", "Relu", [".hidden"]),
    ];
    const read = await readBackbone(
      await writeGraph(join(scratch.path, "names"), { nodes, constants: [kernel] }),
      { height: 1, width: 1 },
      { cut: "a" },
    );
    if (!read.ok) throw new Error(read.error.detail);
    expect(read.value.model.layers.map((layer) => layer.name)).toEqual([
      "image",
      "a/pad_",
      "a",
      "a/pad",
      "activation_3",
      "node_4",
    ]);
  });
});
