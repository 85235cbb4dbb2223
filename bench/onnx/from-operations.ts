// A quantised network as ONNX Runtime takes it, in the form that its own tools write (QDQ): activations of 8 bits without a
// sign, weights of 8 bits with one scale an output channel, biases of 32. Channels first.

import type { Levels, Quantisation } from "../../src/bundle/quantisation.ts";
import { toEightBits } from "../../src/model/kernels/pack-levels.ts";
import { lowerGraph } from "../../src/model/plan/graph/lower-graph.ts";
import { fuseOperations } from "../../src/model/plan/operations/fuse-operations.ts";
import type { Convolution, Dense, Depthwise, Single, Value } from "../../src/model/plan/operations/operation.ts";
import type { FloatGraph } from "../../train/quantise/float-graph.ts";
import type { Bytes } from "./protobuf.ts";
import { writeModel, type OnnxAttribute, type OnnxNode, type OnnxWeight } from "./write-model.ts";

const LAST_LEVEL = 255;

/** Undefined for a network with other operations than convolutions, averages over all pixels, concatenations and dense layers. */
export function toQuantisedOnnx(graph: FloatGraph, { values }: Quantisation): Bytes | undefined {
  const { name, height, width, channels } = graph.input;
  const lowered = lowerGraph({ ...graph, input: { name, shape: [1, height, width, channels] } });
  if (!lowered) return undefined;
  const operations = fuseOperations(lowered.operations, new Set(lowered.outputs.map(({ value }) => value.id)));
  const nodes: OnnxNode[] = [];
  const weights: OnnxWeight[] = [];
  const constant = (of: OnnxWeight["values"], shape: number[] = []): string => {
    weights.push({ name: `constant_${weights.length}`, shape, values: of });
    return `constant_${weights.length - 1}`;
  };
  const add = (op: string, inputs: string[], attributes: Record<string, OnnxAttribute> = {}): string => {
    const output = `node_${nodes.length}`;
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  const levelsOf = (value: Value): Levels | undefined => {
    const levels = values.get(lowered.keys.get(value.id) ?? "");
    return levels && inAllLevels(levels);
  };
  /** To 8 bits and back: what is between two of these the runtime computes in 8 bits. */
  const round = (x: string, { scale, zeroPoint }: Levels): string => {
    const parameters = [constant(Float32Array.of(scale)), constant(Uint8Array.of(zeroPoint))];
    return add("DequantizeLinear", [add("QuantizeLinear", [x, ...parameters]), ...parameters]);
  };
  const fixed = (of: Int8Array | Int32Array, shape: number[], scales: Float32Array, axis: number): string => {
    const zeros = of instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
    const size = [scales.length];
    return add("DequantizeLinear", [constant(of, shape), constant(scales, size), constant(zeros, size)], {
      axis: { integer: axis },
    });
  };
  const weightsOf = ({ kernel, bias, x }: Convolution | Depthwise | Dense, y: Value) => {
    const eightBits = toEightBits(kernel, y.channels);
    const read = levelsOf(x)?.scale ?? 1;
    const scales = Float32Array.from(eightBits.scales);
    const sums = scales.map((scale) => scale * read);
    const biases = Int32Array.from(bias, (value, c) => Math.round(value / sums[c]));
    return { values: eightBits.values, scales, bias: fixed(biases, [y.channels], sums, 0) };
  };
  const input = levelsOf(lowered.input);
  const made = new Map([[lowered.input.id, input ? round("input", input) : "input"]]);
  const nameOf = ({ id }: Value): string => made.get(id) ?? "";

  const writeConvolution = (operation: (Convolution | Depthwise) & { y: Value }, levels: Levels): void => {
    const { x, y, window, activation } = operation;
    const [kernelHeight, kernelWidth] = window.size;
    const groups = operation.kind === "depthwise" ? y.channels : 1;
    const { values: rows, scales, bias } = weightsOf(operation, y);
    const kernel = toColumnsFirst(rows, y.channels);
    const shaped = toChannelsFirst(kernel, kernelHeight * kernelWidth, x.channels / groups);
    const { top, left, bottom, right } = window.padding;
    const shape = [y.channels, x.channels / groups, kernelHeight, kernelWidth];
    let sum = add("Conv", [nameOf(x), fixed(shaped, shape, scales, 0), bias], {
      strides: { integers: [...window.strides] },
      dilations: { integers: [...window.dilations] },
      pads: { integers: [top, left, bottom, right] },
      group: { integer: groups },
    });
    const residual = operation.kind === "convolution" ? operation.residual : undefined;
    // What is below zero here may be above it with what is added.
    if (residual)
      sum = add("Add", [round(sum, { ...levels, scale: 2 * levels.scale, zeroPoint: 128 }), nameOf(residual)]);
    if (activation.code !== 0 && activation.high === Infinity) sum = add("Relu", [sum]);
    else if (activation.code !== 0)
      sum = add("Clip", [sum, ...[activation.low, activation.high].map((end) => constant(Float32Array.of(end)))]);
    made.set(y.id, round(sum, levels));
  };
  const write = (operation: Single): boolean => {
    if (operation.kind === "stock") return false;
    const { y } = operation;
    const levels = levelsOf(y);
    if ((operation.kind === "convolution" || operation.kind === "depthwise") && levels) {
      writeConvolution(operation, levels);
      return true;
    }
    if (operation.kind === "averagePool" && levels && y.height * y.width === 1) {
      made.set(y.id, add("Flatten", [round(add("GlobalAveragePool", [nameOf(operation.x)]), levels)]));
      return true;
    }
    if (operation.kind === "concatenation" && levels) {
      made.set(y.id, round(add("Concat", operation.xs.map(nameOf), { axis: { integer: 1 } }), levels));
      return true;
    }
    if (operation.kind === "dense") {
      const { x } = operation;
      const { values: rows, scales, bias } = weightsOf(operation, y);
      made.set(y.id, add("Gemm", [nameOf(x), fixed(rows, [x.channels, y.channels], scales, 1), bias]));
      return true;
    }
    return false;
  };
  const [logits] = lowered.outputs;
  lowered.dispose();
  if (!operations.every(write)) return undefined;
  nodes.push({ op: "Softmax", inputs: [nameOf(logits.value)], output: "output" });
  return writeModel({
    nodes,
    weights,
    input: { name: "input", shape: [1, channels, height, width] },
    output: { name: "output", shape: [1, logits.value.channels] },
  });
}

/** The same range in 256 levels: a clamp whose end is the last level costs the runtime nothing. */
function inAllLevels({ scale, zeroPoint, highest }: Levels): Levels {
  const finer = LAST_LEVEL / highest;
  return { scale: scale / finer, zeroPoint: Math.round(zeroPoint * finer), highest: LAST_LEVEL };
}

/** [rows, columns] to [columns, rows]. */
function toColumnsFirst(matrix: Int8Array, columns: number): Int8Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
}

/** Each kernel of [taps, channels] to [channels, taps]. */
function toChannelsFirst(kernels: Int8Array, taps: number, channels: number): Int8Array {
  const size = taps * channels;
  return kernels.map((_, i) => {
    const [start, at] = [i - (i % size), i % size];
    return kernels[start + (at % taps) * channels + Math.floor(at / taps)];
  });
}
