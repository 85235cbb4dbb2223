// How each operation is written as TensorFlow graph nodes and constants, in the names and attributes of the TensorFlow
// ops that tfjs-converter executes.
import {
  bytesAttr,
  bytesListAttr,
  floatType,
  intAttr,
  intsAttr,
  toTensorShape,
  type Attr,
  type Constant,
  type NodeDef,
} from "./node-def.ts";
import { isLinear, type Activation, type LinearOp, type Op, type Pair } from "./graph-node.ts";

/** The last node carries the operation's result and its name; constants come before every node. */
export type Written = { nodes: NodeDef[]; constants: Constant[] };

const activationOps: Record<Exclude<Activation, "swish">, string> = {
  relu: "Relu",
  relu6: "Relu6",
  sigmoid: "Sigmoid",
  elu: "Elu",
  tanh: "Tanh",
  softmax: "Softmax",
};

const linearOps = { conv2d: "_FusedConv2D", depthwise: "FusedDepthwiseConv2dNative", dense: "_FusedMatMul" };

/** Writes one operation under `name`, reading the nodes called `inputs`. */
export function writeOp(op: Op, name: string, inputs: string[]): Written {
  const input = inputs[0] ?? "";
  const node = (type: string, from: string[], attr: Record<string, Attr> = {}, called = name): NodeDef => ({
    name: called,
    op: type,
    input: from,
    attr: { T: floatType, ...attr },
  });
  if (isLinear(op)) return writeLinear(op, name, input);
  switch (op.kind) {
    case "input": {
      const shape = toTensorShape([-1, ...op.shapeHwc]);
      return plain({ name, op: "Placeholder", input: [], attr: { dtype: floatType, shape: { shape } } });
    }
    case "scale": {
      const product = `${name}/product`;
      const multiplier = vector(`${name}/multiplier`, op.multiplier);
      const offset = vector(`${name}/offset`, op.offset);
      const nodes = [node("Mul", [input, multiplier.name], {}, product), node("AddV2", [product, offset.name])];
      return { nodes, constants: [multiplier, offset] };
    }
    case "activation": {
      if (op.activation !== "swish") return plain(node(activationOps[op.activation], [input]));
      const gate = `${name}/gate`;
      return { nodes: [node("Sigmoid", [input], {}, gate), node("Mul", [input, gate])], constants: [] };
    }
    case "add":
      if (inputs.length === 2) return plain(node("AddV2", inputs));
      return plain(node("AddN", inputs, { N: intAttr(inputs.length) }));
    case "multiply":
      return plain(node("Mul", inputs));
    case "concat": {
      const axis = integers(`${name}/axis`, [], [-1]);
      const attr = { N: intAttr(inputs.length) };
      return { nodes: [node("ConcatV2", [...inputs, axis.name], attr)], constants: [axis] };
    }
    case "maxPool":
    case "averagePool": {
      const type = op.kind === "maxPool" ? "MaxPool" : "AvgPool";
      const window = { ksize: spatial(op.size), strides: spatial(op.strides), padding: bytesAttr(paddingName(op)) };
      return plain(node(type, [input], { ...window, data_format: bytesAttr("NHWC") }));
    }
    case "globalAverage": {
      const axes = integers(`${name}/axes`, [2], [1, 2]);
      return { nodes: [node("Mean", [input, axes.name], { keep_dims: { b: false } })], constants: [axes] };
    }
    case "pad": {
      const { top, bottom, left, right } = op.borders;
      const borders = integers(`${name}/borders`, [4, 2], [0, 0, top, bottom, left, right, 0, 0]);
      return { nodes: [node("Pad", [input, borders.name])], constants: [borders] };
    }
    case "reshape": {
      const shape = integers(`${name}/shape`, [op.shape.length + 1], [-1, ...op.shape]);
      return { nodes: [node("Reshape", [input, shape.name])], constants: [shape] };
    }
  }
}

/** The constants of a node that multiplies by a kernel. */
export const kernelName = (node: string): string => `${node}/kernel`;
export const biasName = (node: string): string => `${node}/bias`;

function writeLinear(op: LinearOp, name: string, input: string): Written {
  const { shape, values } = op.kernel;
  const kernel: Constant = { name: kernelName(name), shape, dtype: "float32", values };
  const bias = vector(biasName(name), op.bias);
  const fused = op.activation ? [activationOps[op.activation]] : [];
  const attr: Record<string, Attr> = {
    T: floatType,
    num_args: intAttr(1),
    fused_ops: bytesListAttr(["BiasAdd", ...fused]),
    epsilon: { f: 0 },
    ...(op.kind === "dense" ? { transpose_a: { b: false }, transpose_b: { b: false } } : windowAttrs(op)),
  };
  const node = { name, op: linearOps[op.kind], input: [input, kernel.name, bias.name], attr };
  return { nodes: [node], constants: [kernel, bias] };
}

function windowAttrs(op: Exclude<LinearOp, { kind: "dense" }>): Record<string, Attr> {
  const attrs = {
    data_format: bytesAttr("NHWC"),
    strides: spatial(op.strides),
    dilations: spatial(op.dilations),
    padding: bytesAttr(paddingName(op)),
  };
  if (typeof op.padding === "string") return attrs;
  const { top, bottom, left, right } = op.padding;
  return { ...attrs, explicit_paddings: intsAttr([0, 0, top, bottom, left, right, 0, 0]) };
}

function paddingName({ padding }: { padding: string | object }): string {
  return typeof padding === "string" ? padding.toUpperCase() : "EXPLICIT";
}

/** An attribute with one number for each of batch, height, width and channels. */
const spatial = ([height, width]: Pair): Attr => intsAttr([1, height, width, 1]);

const plain = (node: NodeDef): Written => ({ nodes: [node], constants: [] });

// [channels]
const vector = (name: string, values: Float64Array): Constant => ({
  name,
  shape: [values.length],
  dtype: "float32",
  values,
});

const integers = (name: string, shape: number[], values: number[]): Constant => ({
  name,
  shape,
  dtype: "int32",
  values,
});
