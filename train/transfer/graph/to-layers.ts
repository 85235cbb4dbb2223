// The compiler's own picture of a network to a TF.js layers model that computes the same and can be trained: what was
// folded into a convolution is its bias, and stays so.

import { tensor, tidy } from "@tensorflow/tfjs-core";
import { input, layers, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { isLinear, type LinearOp, type Op, type ScaleOp, type Weight } from "../../compile/graph-node.ts";
import type { ReadGraph } from "./read-graph.ts";

type Layer = layers.Layer;
/** Gives a layer a name of its own; the last layer of a node has the node's. */
type Namer = (part?: string) => string;

/** Layers have the names of their nodes. */
export function toLayers({ nodes, names }: ReadGraph): Result<LayersModel, Failure<"backbone_invalid">> {
  const taken = new Set(names.values());
  const tensors = new Map<number, SymbolicTensor>();
  let image: SymbolicTensor | undefined;
  for (const { id, inputs, op } of nodes) {
    const nodeName = toLayerName(names.get(id)) ?? unique(`${op.kind}_${id}`, taken);
    const nameOf: Namer = (part) => (part === undefined ? nodeName : unique(`${nodeName}/${part}`, taken));
    try {
      const output = apply(
        op,
        inputs.map((read) => tensors.get(read) as SymbolicTensor),
        nameOf,
      );
      if (op.kind === "input") image = output;
      tensors.set(id, output);
    } catch {
      // TensorFlow.js says that shapes do not fit only by throwing.
      return fail("backbone_invalid", `the backbone's node ${nodeName} does not fit what it reads`);
    }
  }
  const last = tensors.get(nodes.at(-1)?.id ?? -1);
  if (!image || !last) throw new Error("the graph has no input or computes nothing");
  return ok(model({ inputs: image, outputs: last }));
}

function apply(op: Op, inputs: SymbolicTensor[], nameOf: Namer): SymbolicTensor {
  if (op.kind === "input") return input({ shape: op.shapeHwc, name: nameOf() });
  if (op.kind === "scale") return applyScale(op, inputs[0], nameOf);
  if (isLinear(op)) return applyLinear(op, inputs[0], nameOf);
  if (op.kind === "reshape" && !keepsEveryValue(inputs[0], op.shape)) throw new Error("values are left over");
  return through(toLayer(op, nameOf()), inputs.length === 1 ? inputs[0] : inputs);
}

function toLayer(op: Exclude<Op, LinearOp | ScaleOp | { kind: "input" }>, name: string): Layer {
  switch (op.kind) {
    case "activation":
      return layers.activation({ activation: op.activation, name });
    case "add":
      return layers.add({ name });
    case "multiply":
      return layers.multiply({ name });
    case "concat":
      return layers.concatenate({ name });
    case "maxPool":
      return layers.maxPooling2d({ poolSize: op.size, strides: op.strides, padding: op.padding, name });
    case "averagePool":
      return layers.averagePooling2d({ poolSize: op.size, strides: op.strides, padding: op.padding, name });
    case "globalAverage":
      return layers.globalAveragePooling2d({ name });
    case "pad": {
      const { top, bottom, left, right } = op.borders;
      // prettier-ignore
      return layers.zeroPadding2d({ padding: [[top, bottom], [left, right]], name });
    }
    case "reshape":
      return layers.reshape({ targetShape: op.shape, name });
  }
}

/** TF.js looks at the sizes only when the layer runs. */
function keepsEveryValue(x: SymbolicTensor, shape: readonly number[]): boolean {
  const count = (sizes: readonly (number | null)[]) =>
    sizes.reduce<number>((product, size) => product * (size ?? 0), 1);
  return count(x.shape.slice(1)) === count(shape);
}

function applyLinear(op: LinearOp, x: SymbolicTensor, nameOf: Namer): SymbolicTensor {
  const name = op.activation ? nameOf("linear") : nameOf();
  const output = op.kind === "dense" ? applyDense(op, x, name) : applyConvolution(op, x, name, nameOf);
  return op.activation ? through(layers.activation({ activation: op.activation, name: nameOf() }), output) : output;
}

function applyDense(op: Extract<LinearOp, { kind: "dense" }>, x: SymbolicTensor, name: string): SymbolicTensor {
  const layer = layers.dense({ units: op.bias.length, kernelInitializer: "zeros", name });
  return withWeights(layer, x, op.kernel, op.bias);
}

function applyConvolution(
  op: Exclude<LinearOp, { kind: "dense" }>,
  x: SymbolicTensor,
  name: string,
  nameOf: Namer,
): SymbolicTensor {
  const { kernel, bias, strides } = op;
  const padding = typeof op.padding === "string" ? op.padding : "valid";
  const padded =
    typeof op.padding === "string" ? x : through(toLayer({ kind: "pad", borders: op.padding }, nameOf("pad")), x);
  const [height, width, , depthMultiplier] = kernel.shape;
  const window = { kernelSize: [height, width] as [number, number], strides, padding, name } as const;
  const layer =
    op.kind === "conv2d"
      ? layers.conv2d({ ...window, filters: bias.length, dilationRate: op.dilations, kernelInitializer: "zeros" })
      : layers.depthwiseConv2d({ ...window, depthMultiplier, depthwiseInitializer: "zeros" });
  return withWeights(layer, padded, kernel, bias);
}

/** One factor and one offset a channel is a depthwise convolution of one pixel: a layer that can be trained and compiled. */
function applyScale({ multiplier, offset }: ScaleOp, x: SymbolicTensor, nameOf: Namer): SymbolicTensor {
  const channels = multiplier.length;
  const kernel = { shape: [1, 1, channels, 1], values: multiplier };
  const scale = (pixels: SymbolicTensor, name: string) =>
    withWeights(layers.depthwiseConv2d({ kernelSize: 1, depthwiseInitializer: "zeros", name }), pixels, kernel, offset);
  if (x.rank === 4) return scale(x, nameOf());
  const pixel = through(layers.reshape({ targetShape: [1, 1, channels], name: nameOf("pixel") }), x);
  return through(layers.flatten({ name: nameOf() }), scale(pixel, nameOf("scale")));
}

function withWeights(layer: Layer, x: SymbolicTensor, kernel: Weight, bias: Float64Array): SymbolicTensor {
  const output = through(layer, x);
  tidy(() =>
    layer.setWeights([
      tensor(Float32Array.from(kernel.values), kernel.shape, "float32"),
      tensor(Float32Array.from(bias), [bias.length], "float32"),
    ]),
  );
  return output;
}

function through(layer: Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}

/** Undefined for what TF.js does not take: it has a narrower rule for names than TensorFlow (common.ts, tensorNameRegex). */
const toLayerName = (name: string | undefined): string | undefined =>
  name !== undefined && /^[A-Za-z0-9][-A-Za-z0-9._/]*$/.test(name) ? name : undefined;

function unique(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "_";
  taken.add(free);
  return free;
}
