// A graph whose weights are stored in 8 bits: each kernel is a constant of whole numbers times one scale an output channel,
// which TensorFlow.js and our plans multiply out alike. Any engine for such graphs runs it, in float32.

import type { io } from "@tensorflow/tfjs-core";
import { toEightBits } from "../../src/model/kernels/pack-levels.ts";
import { floatType, toConstantNode } from "../compile/node-def.ts";
import { toGraphFiles } from "../compile/graph-files.ts";
import type { GraphArtifacts } from "../compile/graph-def.ts";
import type { FloatGraph, Layer } from "./float-graph.ts";

type Node = { name: string; op: string };

/** TensorFlow.js stores bytes without a sign: weight = byte - 127. */
const ZERO_BYTE = 127;

/** The kernels of `layers` are constants of `graph`. */
export function toEightBitFiles(graph: FloatGraph, layers: readonly Layer[]): Map<string, Uint8Array<ArrayBuffer>> {
  const kernels = new Map(layers.flatMap(({ kernel }) => (kernel ? [[kernel.name, kernel] as const] : [])));
  const { modelJson, constants } = graph;
  const { node, ...topology } = modelJson.modelTopology as { node: Node[] };
  const weights: { spec: io.WeightsManifestEntry; bytes: Uint8Array }[] = [];
  const stored: typeof weights = [];
  const nodes = node.flatMap((next): object[] => {
    const constant = constants.get(next.name);
    if (!constant) return [next];
    const { shape, dtype, values } = constant;
    const { name } = next;
    const made = kernels.get(name);
    if (made === undefined) {
      weights.push({ spec: { name, shape, dtype }, bytes: bytesOf(values) });
      return [next];
    }
    // The last two axes of a depthwise kernel are its output channels.
    const channels = made.isDepthwise ? [made.channels, 1] : [made.channels];
    const eightBits = toEightBits(values, made.channels);
    const [whole, scales] = [`${name}/weights`, `${name}/scales`];
    weights.push({
      spec: { name: scales, shape: channels, dtype: "float32" },
      bytes: bytesOf(Float32Array.from(eightBits.scales)),
    });
    const quantization = { dtype: "uint8" as const, scale: 1, min: -ZERO_BYTE };
    stored.push({
      spec: { name: whole, shape, dtype: "float32", quantization },
      bytes: Uint8Array.from(eightBits.values, (weight) => weight + ZERO_BYTE),
    });
    return [
      toConstantNode({ name: whole, shape, dtype: "float32", values: [] }),
      toConstantNode({ name: scales, shape: channels, dtype: "float32", values: [] }),
      { name, op: "Mul", input: [whole, scales], attr: { T: floatType } },
    ];
  });
  // Bytes come last, so that whatever has four of them begins where it may.
  const all = [...weights, ...stored];
  const weightData = new Uint8Array(all.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of all) {
    weightData.set(bytes, at);
    at += bytes.length;
  }
  const artifacts: GraphArtifacts = {
    format: "graph-model",
    generatedBy: "edgescope",
    convertedBy: null,
    modelTopology: { ...topology, node: nodes } as GraphArtifacts["modelTopology"],
    weightSpecs: all.map(({ spec }) => spec),
    weightData: weightData.buffer,
  };
  return toGraphFiles({ artifacts });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
