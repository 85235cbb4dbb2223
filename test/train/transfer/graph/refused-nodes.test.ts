// What a backbone's graph may not hold is refused by the name of the node and its op, or by what is wrong with the graph.

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesAttr, bytesListAttr, intsAttr, type Attr, type NodeDef } from "../../../../train/compile/node-def.ts";
import { readBackbone } from "../../../../train/transfer/read-backbone.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { createScratchFolder } from "../../data/files/scratch-folder.ts";
import { constant, floats, integers, node, placeholder, writeGraph, type WrittenGraph } from "../written-graph.ts";

const scratch = await createScratchFolder();

beforeAll(useWasmBackend);

const image = placeholder(6, 5, 3);
const convolution = { strides: intsAttr([1, 1, 1, 1]), padding: bytesAttr("SAME") };
const constants = [
  floats("kernel", 3, 3, 3, 4),
  floats("narrow", 3, 3, 1, 4),
  floats("vector", 3),
  floats("square", 3, 3),
  floats("image-like", 6, 5, 3),
  integers("spatial", [2], [1, 2]),
  integers("channel", [1], [3]),
  integers("borders", [4, 2], [0, 0, 1, 1, 1, 1, 0, 0]),
  integers("huge", [4, 2], [0, 0, 100_000, 0, 0, 0, 0, 0]),
  integers("fixed", [2], [1, 90]),
  integers("wrong", [2], [-1, 91]),
  constant("one", [], [1]),
];

const refused = (op: string, input: string[], attr: Record<string, Attr> = {}): NodeDef =>
  node("culprit", op, input, attr);

const rows: [culprit: NodeDef, why: string][] = [
  [refused("LeakyRelu", ["image"]), "no layer does what its op does"],
  [refused("__proto__", ["image"]), "no layer does what its op does"],
  [refused("ResizeBilinear", ["image", "spatial"]), "no layer does what its op does"],
  [refused("Conv2D", ["image", "kernel"], { ...convolution, data_format: bytesAttr("NCHW") }), "channels come first"],
  [refused("Conv2D", ["image", "narrow"], convolution), "its kernel is for 1 channels, not 3"],
  [refused("Conv2D", ["image", "image"], convolution), "constant kernel"],
  [refused("Conv2D", ["image", "kernel"], { ...convolution, padding: bytesAttr("FULL") }), "none of SAME, VALID"],
  [refused("Conv2D", ["image", "kernel"], { ...convolution, strides: intsAttr([1, 0, 1, 1]) }), "strides"],
  [refused("Conv2D", ["image", "kernel"], { ...convolution, strides: intsAttr([1, 1e9, 1, 1]) }), "strides"],
  [
    refused("DepthwiseConv2dNative", ["image", "kernel"], { ...convolution, dilations: intsAttr([1, 2, 2, 1]) }),
    "TF.js layers do not dilate it",
  ],
  [
    refused("_FusedConv2D", ["image", "kernel", "vector"], { ...convolution, fused_ops: bytesListAttr(["BiasAdd"]) }),
    "not a bias and an activation",
  ],
  [
    refused("_FusedMatMul", ["row", "square", "vector"], { fused_ops: bytesListAttr(["BiasAdd", "LeakyRelu"]) }),
    "LeakyRelu is fused into it",
  ],
  [
    refused("_FusedMatMul", ["row", "square", "vector"], { fused_ops: bytesListAttr(["BiasAdd", "toString"]) }),
    "toString is fused into it",
  ],
  [refused("MatMul", ["row", "square"], { transpose_a: { b: true } }), "transposes what it reads"],
  [refused("MatMul", ["image", "square"]), "rows by a constant matrix"],
  [
    refused("FusedBatchNormV3", ["image", "vector", "vector", "vector", "vector"], { is_training: { b: true } }),
    "inference",
  ],
  [refused("FusedBatchNormV3", ["image", "vector", "vector", "vector", "vector"]), "statistics"],
  [refused("AddN", []), "it joins nothing"],
  [refused("AddV2", ["image", "row"]), "differs in shape"],
  [refused("AddV2", ["image", "image-like"]), "one constant a channel"],
  [refused("Mul", ["vector", "vector"]), "one constant a channel"],
  [refused("RealDiv", ["vector", "image"]), "does not divide by a constant"],
  [refused("Mean", ["image", "channel"]), "not the mean over height and width"],
  [refused("MaxPool", ["image"], { ...convolution, ksize: intsAttr([1, 2, 2, 3]) }), "over height and width"],
  [refused("MaxPool", ["row"], { ...convolution, ksize: intsAttr([1, 2, 2, 1]) }), "over height and width"],
  [refused("PadV2", ["image", "borders", "one"]), "does not put zeros"],
  [refused("Pad", ["image", "huge"]), "does not put zeros"],
  [refused("Reshape", ["image", "fixed"]), "does not keep the batch"],
  [refused("Reshape", ["image", "row"]), "not known in advance"],
  [refused("Squeeze", ["image"]), "does not squeeze height and width"],
  [refused("ConcatV2", ["image", "image", "one"]), "along their channels"],
  [refused("StridedSlice", ["image", "one", "one", "one"]), "batch size of a shape"],
  [refused("Pack", ["image", "one"]), "shape of a batch"],
  [refused("Relu", ["vector"]), "does not read a tensor"],
  [refused("Identity", []), "reads nothing"],
  [refused("Placeholder", []), "does not take images"],
  [refused("Const", []), "no weight file has its values"],
];

const read = async (name: string, graph: WrittenGraph, features?: string) =>
  readBackbone(
    await writeGraph(join(scratch.path, name), graph),
    { height: 1, width: 1 },
    features === undefined ? {} : { features },
  );

describe("a backbone's node is refused", () => {
  test.for(rows.map(([culprit, why], i) => [culprit.op, why, culprit, i] as const))(
    "%s: %s",
    async ([op, why, culprit, i]) => {
      const row = node("row", "Mean", ["image", "spatial"]);
      const result = await read(
        `refused-${i}`,
        { nodes: [image, row, culprit, node("end", "Relu", ["culprit"])], constants },
        "end",
      );
      if (result.ok) throw new Error("it was read");
      expect(result.error.reason).toBe("backbone_unsupported");
      expect(result.error.detail).toContain(`the backbone's node culprit (${op}) cannot be taken over: `);
      expect(result.error.detail).toContain(why);
    },
  );

  test("only where the network depends on it", async () => {
    const nodes = [image, node("features", "Relu", ["image"]), node("boxes", "NonMaxSuppressionV5", ["features"])];
    expect(await read("beside", { nodes, constants: [] }, "features")).toMatchObject({ ok: true });
  });
});

const chain = (length: number) => [
  image,
  ...Array.from({ length }, (_, i) => node(`n${i + 1}`, "Relu", [i === 0 ? "image" : `n${i}`])),
];

describe("a backbone's graph is refused", () => {
  test.for<[string, NodeDef[], string, string?]>([
    [
      "with two outputs",
      [image, node("a", "Relu", ["image"]), node("b", "Elu", ["image"])],
      "2 outputs; say with --features at which one it ends: a, b",
    ],
    [
      "with two inputs",
      [image, { ...image, name: "other" }, node("a", "AddV2", ["image", "other"])],
      "exactly one input",
    ],
    [
      "whose nodes read each other",
      [image, node("a", "AddV2", ["image", "b"]), node("b", "Relu", ["a"])],
      "in a circle",
      "b",
    ],
    ["with a node that reads itself", [image, node("a", "Relu", ["a"])], "in a circle", "a"],
    ["with a node that reads one that is not there", [image, node("a", "Relu", ["ghost"])], "there is no node ghost"],
    [
      "with a node that reads a second output",
      [image, node("a", "Relu", ["image:1"])],
      "there is no node image:1",
      "a",
    ],
    [
      "with two nodes of one name",
      [image, node("a", "Relu", ["image"]), node("a", "Elu", ["image"])],
      "not those of a graph",
    ],
    ["with a name that is none", [image, node("a b", "Relu", ["image"])], "not those of a graph"],
    ["without nodes", [], "not those of a graph"],
    ["that ends in a constant", [image, node("a", "Shape", ["image"])], "its node a computes nothing"],
    ["deeper than any network", chain(2001), "more than 2000 operations"],
  ])("%s", async ([name, nodes, why, features]) => {
    expect(await read(name, { nodes, constants: [] }, features)).toMatchObject({
      ok: false,
      error: { reason: "backbone_invalid", detail: expect.stringContaining(why) },
    });
  });

  test("whose shapes do not fit, by the name of the node", async () => {
    const nodes = [image, node("a", "Reshape", ["image", "wrong"])];
    expect(await read("unfit", { nodes, constants })).toMatchObject({
      ok: false,
      error: { reason: "backbone_invalid", detail: "the backbone's node a does not fit what it reads" },
    });
  });

  test("not for being as deep as allowed", async () => {
    const deep = await read("deep", { nodes: chain(1900), constants: [] });
    expect(deep.ok && deep.value.model.layers.length).toBe(1901);
  });
});
