// What each supported TF.js layer computes, one function a class: the operations to run in turn on the layer's input.
// Whatever would change the answer, and is not handled, is an error that names the layer.
import type { layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { isActivation, type Borders, type Op, type Pair, type Weight } from "./graph-node.ts";

/** Why a model cannot be compiled, naming the layer. */
export type UnsupportedLayer = Failure<"unsupported_layer">;
type Layer = layers.Layer;
type Ops = Result<Op[], UnsupportedLayer>;

/** One use of a layer: the layer, and what goes in and comes out, with null for the batch dimension. */
export type LayerCall = { layer: Layer; inputs: SymbolicTensor[]; output: SymbolicTensor };

type WindowConfig = { strides: Pair; padding: "same" | "valid" };
type LinearConfig = { activation: string; useBias: boolean };
type ConvConfig = WindowConfig & LinearConfig & { dilationRate: Pair };
type BatchNormConfig = { axis: number; epsilon: number; scale: boolean; center: boolean };

const opsByClass: Record<string, (call: LayerCall) => Ops> = {
  InputLayer: (call) => {
    const [, height, width, channels] = call.output.shape;
    if (call.output.rank !== 4 || !height || !width || !channels)
      return unsupported(call, `its shape is ${shapeText(call.output)}, not [batch, height, width, channels]`);
    if (call.output.dtype !== "float32") return unsupported(call, `its type is ${call.output.dtype}, not float32`);
    return ok([{ kind: "input", shapeHwc: [height, width, channels] }]);
  },
  Conv2D: (call) => convolution(call, "conv2d"),
  DepthwiseConv2D: (call) => {
    const { dilationRate } = configOf<ConvConfig>(call);
    // The layer accepts a dilation rate and, as of TF.js 4.22, computes without it.
    if (Math.max(...dilationRate) > 1) return unsupported(call, "TF.js ignores its dilation rate");
    return convolution(call, "depthwise");
  },
  Dense: (call) => {
    const config = configOf<LinearConfig>(call);
    if (call.inputs[0]?.rank !== 2) return unsupported(call, "its input is not [batch, units]; flatten it first");
    const { kernel, bias } = linearWeights(call, config.useBias);
    return followedBy(call, { kind: "dense", kernel, bias }, config.activation);
  },
  BatchNormalization: batchNormalization,
  Activation: (call) => activation(call, configOf<{ activation: string }>(call).activation),
  ReLU: (call) => {
    const { maxValue } = configOf<{ maxValue?: number | null }>(call);
    if (maxValue === undefined || maxValue === null) return activation(call, "relu");
    return maxValue === 6 ? activation(call, "relu6") : unsupported(call, `its maximum is ${maxValue}, not 6`);
  },
  Softmax: (call) => {
    const { axis } = configOf<{ axis: number }>(call);
    if (!isLastAxis(call, axis)) return unsupported(call, "its axis is not the last");
    return activation(call, "softmax");
  },
  Add: (call) => {
    const [first, ...others] = call.inputs.map(shapeText);
    if (others.some((shape) => shape !== first)) return unsupported(call, "its inputs differ in shape");
    return ok([{ kind: "add" }]);
  },
  Multiply: (call) => {
    const [first, second, ...others] = call.inputs;
    if (others.length > 0) return unsupported(call, "it has more than two inputs");
    if (first?.rank !== second?.rank) return unsupported(call, "its inputs differ in rank");
    return ok([{ kind: "multiply" }]);
  },
  Concatenate: (call) => {
    const { axis } = configOf<{ axis: number }>(call);
    return isLastAxis(call, axis) ? ok([{ kind: "concat" }]) : unsupported(call, "its axis is not the last");
  },
  MaxPooling2D: (call) => pooling(call, "maxPool"),
  AveragePooling2D: (call) => pooling(call, "averagePool"),
  GlobalAveragePooling2D: () => ok([{ kind: "globalAverage" }]),
  ZeroPadding2D: (call) => {
    const [[top, bottom], [left, right]] = configOf<{ padding: [Pair, Pair] }>(call).padding;
    const borders: Borders = { top, bottom, left, right };
    return ok([{ kind: "pad", borders }]);
  },
  Flatten: reshape,
  Reshape: reshape,
  // Dropout does nothing at inference.
  Dropout: () => ok([]),
};

/** The operations of one layer, in order; none for a layer that does nothing at inference. */
export function toLayerOps(call: LayerCall): Ops {
  const toOps = opsByClass[call.layer.getClassName()];
  if (!toOps) return unsupported(call, "no compiled form of this class exists");
  const { dataFormat } = configOf<{ dataFormat?: string }>(call);
  if (dataFormat === "channelsFirst") return unsupported(call, "its channels come first");
  return toOps(call);
}

function convolution(call: LayerCall, kind: "conv2d" | "depthwise"): Ops {
  const { strides, padding, dilationRate, useBias, activation: name } = configOf<ConvConfig>(call);
  const { kernel, bias } = linearWeights(call, useBias);
  return followedBy(call, { kind, kernel, bias, strides, dilations: dilationRate, padding }, name);
}

function pooling(call: LayerCall, kind: "maxPool" | "averagePool"): Ops {
  const { poolSize, strides, padding } = configOf<WindowConfig & { poolSize: Pair }>(call);
  const [, height, width, channels] = call.inputs[0]?.shape ?? [];
  if (kind === "averagePool" && channels && poolSize[0] === height && poolSize[1] === width && padding === "valid")
    return ok([{ kind: "globalAverage" }, { kind: "reshape", shape: [1, 1, channels] }]);
  return ok([{ kind, size: poolSize, strides, padding }]);
}

function reshape(call: LayerCall): Ops {
  const shape: number[] = [];
  for (const size of call.output.shape.slice(1)) {
    if (size === null) return unsupported(call, `its output shape ${shapeText(call.output)} is not fixed`);
    shape.push(size);
  }
  return ok([{ kind: "reshape", shape }]);
}

/** gamma * (x - mean) / sqrt(variance + epsilon) + beta, as one multiplier and one offset a channel. */
function batchNormalization(call: LayerCall): Ops {
  const { axis, epsilon, scale, center } = configOf<BatchNormConfig>(call);
  if (!isLastAxis(call, axis)) return unsupported(call, "its axis is not the last");
  const weights = call.layer.getWeights().map(readWeight);
  const gamma = scale ? weights.shift() : undefined;
  const beta = center ? weights.shift() : undefined;
  const [mean, variance] = weights;
  if (!mean || !variance) throw new Error(`${call.layer.name} has no moving statistics.`);
  const multiplier = variance.values.map((v, i) => (gamma?.values[i] ?? 1) / Math.sqrt(v + epsilon));
  const offset = mean.values.map((m, i) => (beta?.values[i] ?? 0) - m * (multiplier[i] ?? Number.NaN));
  return ok([{ kind: "scale", multiplier, offset }]);
}

function activation(call: LayerCall, name: string): Ops {
  if (name === "linear") return ok([]);
  if (!isActivation(name)) return unsupported(call, `its activation is ${name}`);
  return ok([{ kind: "activation", activation: name }]);
}

function followedBy(call: LayerCall, op: Op, activationName: string): Ops {
  const after = activation(call, activationName);
  return after.ok ? ok([op, ...after.value]) : after;
}

/** The kernel and the bias; zeros for a layer without one, because a fused node always takes a bias. */
function linearWeights({ layer, output }: LayerCall, useBias: boolean): { kernel: Weight; bias: Float64Array } {
  const [kernel, bias] = layer.getWeights().map(readWeight);
  const channels = output.shape.at(-1);
  if (!kernel || !channels || Boolean(bias) !== useBias) throw new Error(`${layer.name} is not built.`);
  return { kernel, bias: bias?.values ?? new Float64Array(channels) };
}

function readWeight(tensor: ReturnType<Layer["getWeights"]>[number]): Weight {
  return { shape: tensor.shape, values: Float64Array.from(tensor.dataSync()) };
}

/** TF.js layers report their configuration untyped; each caller names the fields that its class is known to write. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the fields it reads
function configOf<Config>({ layer }: LayerCall): Config {
  return layer.getConfig() as unknown as Config;
}

function isLastAxis({ output }: LayerCall, axis: number): boolean {
  return axis === -1 || axis === output.rank - 1;
}

function shapeText(tensor: SymbolicTensor): string {
  return `[${tensor.shape.map((size) => size ?? "any").join(", ")}]`;
}

function unsupported({ layer }: LayerCall, why: string): { ok: false; error: UnsupportedLayer } {
  return fail("unsupported_layer", `The ${layer.getClassName()} layer ${layer.name} cannot be compiled: ${why}.`);
}
