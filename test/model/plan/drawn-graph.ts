// Graphs of any form, from a seed: nodes that read whatever has been made before them, some of it several times.

import { bytesAttr, bytesListAttr, intAttr, intsAttr, type Attr } from "../../../train/compile/node-def.ts";
import {
  constant,
  floats,
  integers,
  node,
  placeholder,
  toArtifacts,
  type WrittenGraph,
} from "../../train/transfer/written-graph.ts";
import type { ExampleGraph } from "./example-graph.ts";

type Made = { name: string; height: number; width: number; channels: number };

/** A whole number from 0 to one below `count`. */
export type Draw = (count: number) => number;

type Writer = WrittenGraph & { draw: Draw; made: Made[] };

type Kind = (writer: Writer, x: Made, name: string) => Made | undefined;

const pick = <Item>(draw: Draw, items: readonly Item[]): Item => items[draw(items.length)];

const window = (stride: number): Record<string, Attr> => ({
  strides: intsAttr([1, stride, stride, 1]),
  padding: bytesAttr("SAME"),
  data_format: bytesAttr("NHWC"),
  dilations: intsAttr([1, 1, 1, 1]),
});

const strided = (x: Made, stride: number): Pick<Made, "height" | "width"> => ({
  height: Math.ceil(x.height / stride),
  width: Math.ceil(x.width / stride),
});

const convolution: Kind = ({ nodes, constants, draw }, x, name) => {
  const [side, stride, channels] = [
    pick(draw, [1, 3, 3, 5]),
    pick(draw, [1, 1, 1, 2]),
    pick(draw, [1 + draw(20), 8, 16]),
  ];
  const curve = pick(draw, [["BiasAdd"], ["BiasAdd", "Relu"], ["BiasAdd", "Relu6"], ["BiasAdd", "Sigmoid"]]);
  constants.push(floats(`${name}/kernel`, side, side, x.channels, channels), floats(`${name}/bias`, channels));
  const attr = { ...window(stride), fused_ops: bytesListAttr(curve), num_args: intAttr(1) };
  nodes.push(node(name, "_FusedConv2D", [x.name, `${name}/kernel`, `${name}/bias`], attr));
  return { name, ...strided(x, stride), channels };
};

const depthwise: Kind = ({ nodes, constants, draw }, x, name) => {
  const [side, stride] = [pick(draw, [2, 3, 5]), pick(draw, [1, 1, 2])];
  constants.push(floats(`${name}/kernel`, side, side, x.channels, 1));
  nodes.push(node(name, "DepthwiseConv2dNative", [x.name, `${name}/kernel`], window(stride)));
  return { name, ...strided(x, stride), channels: x.channels };
};

const pool: Kind = ({ nodes, draw }, x, name) => {
  const [size, stride] = [1 + draw(3), pick(draw, [1, 1, 2])];
  const attr = { ...window(stride), ksize: intsAttr([1, size, size, 1]) };
  nodes.push(node(name, pick(draw, ["MaxPool", "AvgPool"]), [x.name], attr));
  return { name, ...strided(x, stride), channels: x.channels };
};

/** The last is TensorFlow.js' own. */
const curve: Kind = ({ nodes, draw }, x, name) => {
  const op = pick(draw, ["Relu", "Relu6", "Sigmoid", "Elu", "Tanh", "LeakyRelu"]);
  nodes.push(node(name, op, [x.name], op === "LeakyRelu" ? { alpha: { f: 0.25 } } : {}));
  return { ...x, name };
};

const scale: Kind = ({ nodes, constants, draw }, x, name) => {
  constants.push(floats(`${name}/by`, x.channels));
  nodes.push(node(name, pick(draw, ["Mul", "AddV2", "Sub"]), [x.name, `${name}/by`]));
  return { ...x, name };
};

const border: Kind = ({ nodes, constants, draw }, x, name) => {
  const [top, bottom, left, right] = [draw(2), draw(2), draw(2), draw(2)];
  constants.push(integers(`${name}/borders`, [4, 2], [0, 0, top, bottom, left, right, 0, 0]));
  nodes.push(node(name, "Pad", [x.name, `${name}/borders`]));
  return { name, height: x.height + top + bottom, width: x.width + left + right, channels: x.channels };
};

/** Of two images of one size, which may be the same one. */
const combination: Kind = ({ nodes, constants, draw, made }, x, name) => {
  const other = pick(draw, made.filter(({ height, width }) => height === x.height && width === x.width)); // prettier-ignore
  if (other.channels === x.channels && draw(3) > 0) {
    nodes.push(node(name, pick(draw, ["AddV2", "Mul"]), [x.name, other.name]));
    return { ...x, name };
  }
  constants.push(integers(`${name}/axis`, [], [3]));
  nodes.push(node(name, "ConcatV2", [x.name, other.name, `${name}/axis`], { N: intAttr(2) }));
  return { ...x, name, channels: x.channels + other.channels };
};

/** What stands before a swish and a hard swish. */
const gate: Kind = ({ nodes, constants, draw }, x, name) => {
  if (draw(2) === 0) nodes.push(node(`${name}/gate`, "Sigmoid", [x.name]));
  else {
    constants.push(constant(`${name}/three`, [], [3]), constant(`${name}/sixth`, [], [1 / 6]));
    nodes.push(
      node(`${name}/shifted`, "AddV2", [x.name, `${name}/three`]),
      node(`${name}/clamped`, "Relu6", [`${name}/shifted`]),
      node(`${name}/gate`, "Mul", [`${name}/clamped`, `${name}/sixth`]),
    );
  }
  nodes.push(node(name, "Mul", [x.name, `${name}/gate`]));
  return { ...x, name };
};

const KINDS = [
  convolution,
  convolution,
  convolution,
  depthwise,
  pool,
  curve,
  scale,
  border,
  combination,
  combination,
  gate,
];

/** Of `count` nodes; its outputs are the last and up to two others. */
export function drawGraph(draw: Draw, count: number): ExampleGraph {
  const [height, width, channels] = [1 + draw(20), 1 + draw(20), pick(draw, [1, 3, 4])];
  const image = { name: "image", height, width, channels };
  const writer: Writer = { nodes: [placeholder(height, width, channels)], constants: [], draw, made: [image] };
  for (let i = 0; i < count; i++) {
    // The last few are likelier, so that chains come about.
    const x = pick(draw, draw(3) === 0 ? writer.made : writer.made.slice(-2));
    const made = pick(draw, KINDS)(writer, x, `node${i}`);
    if (made) writer.made.push(made);
  }
  const names = writer.made.slice(1).map(({ name }) => name);
  const outputs = [...new Set([names[names.length - 1], pick(draw, names), pick(draw, names)])];
  return { ...toArtifacts(writer), input: image, outputs };
}
