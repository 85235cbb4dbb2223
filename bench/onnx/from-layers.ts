// A TF.js layers model as an ONNX model of the same layers, channels first. It shares nothing with the compiler in train,
// so that a mistake in either shows as a difference between their answers.

import { reshape, scalar, tidy, transpose, type Tensor } from "@tensorflow/tfjs-core";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Bytes } from "./protobuf.ts";
import { writeModel, type OnnxAttribute, type OnnxNode, type OnnxWeight } from "./write-model.ts";

type Layer = layers.Layer;
/** A step of a layer: an operator, its weights, and its attributes. */
type Step = { op: string; weights?: (Tensor | BigInt64Array)[]; attributes?: Record<string, OnnxAttribute> };
type Config = {
  activation: string;
  axis: number;
  epsilon: number;
  /** For a layer of zeros, how many: top and bottom, left and right. */
  padding: "same" | "valid" | number[][];
  poolSize: number[];
  strides: number[];
};

/** Converts the layers that the benchmarked networks have, and throws on any other. */
export function toOnnx(model: LayersModel): Bytes {
  const nodes: OnnxNode[] = [];
  const weights: OnnxWeight[] = [];
  const names = new Map<SymbolicTensor, string>([[model.inputs[0], "input"]]);
  tidy(() => {
    for (const layer of model.layers) {
      if (layer.getClassName() === "InputLayer") continue;
      let current = [layer.input].flat().map((tensor) => names.get(tensor) ?? "");
      for (const [i, step] of toSteps(layer).entries()) {
        const output = `${layer.name}_${i}`;
        const stepWeights = (step.weights ?? []).map((tensor, j) => toWeight(`${output}_weight_${j}`, tensor));
        weights.push(...stepWeights);
        nodes.push({ ...step, inputs: [...current, ...stepWeights.map(({ name }) => name)], output });
        current = [output];
      }
      names.set(layer.output as SymbolicTensor, current[0]);
    }
  });
  nodes[nodes.length - 1].output = "output";
  const [, height, width, channels] = model.inputs[0].shape as number[];
  const classes = model.outputs[0].shape[1] as number;
  return writeModel({
    nodes,
    weights,
    input: { name: "input", shape: [1, channels, height, width] },
    output: { name: "output", shape: [1, classes] },
  });
}

function toSteps(layer: Layer): Step[] {
  const config = layer.getConfig() as unknown as Config;
  const weights = layer.getWeights();
  switch (layer.getClassName()) {
    case "Conv2D": // [height, width, in, out] to [out, in, height, width]
      return convolution(config, [transpose(weights[0], [3, 2, 0, 1]), ...weights.slice(1)], 1);
    case "DepthwiseConv2D": {
      const [height, width, channels, multiplier] = weights[0].shape;
      const kernel = reshape(transpose(weights[0], [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
      return convolution(config, [kernel, ...weights.slice(1)], channels);
    }
    case "BatchNormalization":
      return [{ op: "BatchNormalization", weights, attributes: { epsilon: { float: config.epsilon } } }];
    case "Activation":
      return activation(config);
    case "ReLU":
      return [{ op: "Relu" }];
    case "Add":
      return [{ op: "Add" }];
    case "Concatenate": // of channels
      return [{ op: "Concat", attributes: { axis: { integer: 1 } } }];
    case "ZeroPadding2D": {
      const [[top, bottom], [left, right]] = (config.padding as number[][]).map((sides) => sides.map(BigInt));
      return [{ op: "Pad", weights: [BigInt64Array.of(0n, 0n, top, left, 0n, 0n, bottom, right)] }];
    }
    case "MaxPooling2D":
      return [{ op: "MaxPool", attributes: { ...window(config), kernel_shape: { integers: config.poolSize } } }];
    case "GlobalAveragePooling2D":
      return [{ op: "GlobalAveragePool" }, { op: "Flatten" }];
    case "Flatten":
    case "Reshape": // to a row
      return [{ op: "Flatten" }];
    case "Dense":
      return [{ op: "Gemm", weights: [toChannelsFirstRows(layer), ...weights.slice(1)] }, ...activation(config)];
    default:
      throw new Error(`the benchmark has no ONNX form of ${layer.getClassName()}`);
  }
}

function convolution(config: Config, weights: Tensor[], groups: number): Step[] {
  const attributes = { ...window(config), group: { integer: groups } };
  return [{ op: "Conv", weights, attributes }, ...activation(config)];
}

function window({ strides, padding }: Config): Record<string, OnnxAttribute> {
  return { strides: { integers: strides }, auto_pad: { text: padding === "same" ? "SAME_UPPER" : "VALID" } };
}

function activation({ activation: name }: Config): Step[] {
  switch (name) {
    case "linear":
      return [];
    case "relu":
      return [{ op: "Relu" }];
    case "relu6":
      return [{ op: "Clip", weights: [scalar(0), scalar(6)] }];
    case "softmax":
      return [{ op: "Softmax" }];
    default:
      throw new Error(`the benchmark has no ONNX form of ${name}`);
  }
}

/** [rows, units], the rows in the order in which ONNX flattens [channels, height, width]. */
function toChannelsFirstRows(dense: Layer): Tensor {
  const [kernel] = dense.getWeights();
  const { sourceLayer, inputs } = dense.input as SymbolicTensor;
  if (!["Flatten", "Reshape"].includes(sourceLayer.getClassName())) return kernel;
  const [, height, width, channels] = inputs[0].shape as number[];
  return reshape(transpose(reshape(kernel, [height, width, channels, -1]), [2, 0, 1, 3]), kernel.shape);
}

function toWeight(name: string, tensor: Tensor | BigInt64Array): OnnxWeight {
  if (tensor instanceof BigInt64Array) return { name, shape: [tensor.length], values: tensor };
  return { name, shape: tensor.shape, values: tensor.dataSync<"float32">() };
}
