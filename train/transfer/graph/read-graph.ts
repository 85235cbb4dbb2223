// A GraphDef to the compiler's own picture of a network: the nodes that one of them depends on, inputs before users, with
// what TensorFlow or our own exporter has taken apart folded together again.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { fuseNodes } from "../../compile/fuse-nodes.ts";
import type { GraphNode, Weight } from "../../compile/graph-node.ts";
import { graphSchema, type NodeDef } from "./graph-schema.ts";
import { readNode } from "./read-node.ts";
import { isTensor, refuse, type Computation, type GraphReason, type Reading, type Value } from "./reading.ts";

/** Nodes, the last of them the end of the network, and the names of those that have one in the file. */
export type ReadGraph = { nodes: GraphNode[]; names: ReadonlyMap<number, string> };

export type ReadOptions = {
  /** Decodes a constant by the name of its node. */
  weightOf: (name: string) => Weight | undefined;
  /** The graph's outputs, where its file names them. */
  outputs: readonly string[] | undefined;
  /** Stands in where the graph takes images of any size. */
  size: { height: number; width: number };
  /** The node at which the network ends; by default the graph's output. */
  end: string | undefined;
  /** A node that stays apart from those that follow it, so that the network can be cut there. */
  cut: string | undefined;
};

/** What walks over layers is recursive; more of them than any network this could train has would exhaust the stack. */
const MAX_OPERATIONS = 2000;

export function readGraph(topology: unknown, options: ReadOptions): Result<ReadGraph, Failure<GraphReason>> {
  const parsed = graphSchema.safeParse(topology);
  const nodes = parsed.success ? new Map(parsed.data.node.map((node) => [node.name, node])) : undefined;
  if (!nodes || nodes.size < (parsed.data?.node.length ?? 0)) return invalid("its nodes are not those of a graph");
  const end = options.end ?? findOutput([...nodes.values()], options.outputs);
  return typeof end === "string" ? walk(nodes, end, options) : end;
}

/** From the end back to the input; a node comes after the nodes it reads, in the order they are read. */
function walk(
  nodes: ReadonlyMap<string, NodeDef>,
  end: string,
  { weightOf, size, cut }: ReadOptions,
): Result<ReadGraph, Failure<GraphReason>> {
  const values = new Map<string, Value>();
  const operations: GraphNode[] = [];
  const names = new Map<number, string>();
  const kept = new Set<number>();
  const open = new Set<string>();
  const stack = [end];
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const node = nodes.get(name);
    if (!node) return invalid(`there is no node ${name}`);
    const inputs = inputsOf(node);
    const missing = inputs.filter((input) => !values.has(input));
    if (missing.length === 0 || values.has(name)) {
      stack.pop();
      if (values.has(name)) continue;
      const read = readValue(
        node,
        inputs.map((input) => values.get(input) as Value),
        weightOf,
        size,
      );
      if (!read.ok) return read;
      const value = read.value.kind === "ops" ? append(operations, read.value) : read.value;
      if (operations.length > MAX_OPERATIONS) return invalid(`it has more than ${MAX_OPERATIONS} operations`);
      values.set(name, value);
      const isNamed = name === end || name === cut;
      if (value.kind === "tensor" && (isNamed || !names.has(value.id))) names.set(value.id, name);
      if (value.kind === "tensor" && isNamed) kept.add(value.id);
    } else {
      // Whatever an open node reads has been walked when it is met again, unless it reads itself.
      if (open.has(name)) return invalid("its nodes read each other in a circle");
      open.add(name);
      stack.push(...missing.toReversed());
    }
  }
  if (!isTensor(values.get(end))) return invalid(`its node ${end} computes nothing`);
  if (operations.filter(({ op }) => op.kind === "input").length !== 1)
    return invalid("it does not have exactly one input");
  return ok({ nodes: fuseNodes(operations, kept), names });
}

function readValue(
  node: NodeDef,
  inputs: Value[],
  weightOf: ReadOptions["weightOf"],
  size: ReadOptions["size"],
): Reading {
  if (node.op !== "Const") return readNode({ node, inputs }, size);
  const weight = weightOf(node.name);
  return weight ? ok({ kind: "constant", ...weight }) : refuse({ node }, "no weight file has its values");
}

function append(operations: GraphNode[], { ops, reads, rank, channels }: Computation): Value {
  let inputs = reads.map(({ id }) => id);
  for (const op of ops) {
    operations.push({ id: operations.length, inputs, op });
    inputs = [operations.length - 1];
  }
  return { kind: "tensor", id: operations.length - 1, rank, channels };
}

/** Names of the nodes read: "node" or "node:0". "^node" only waits; another number is another output, under no node's name. */
function inputsOf(node: NodeDef): string[] {
  return (node.input ?? []).filter((name) => !name.startsWith("^")).map((name) => name.replace(/:0$/, ""));
}

function findOutput(
  nodes: readonly NodeDef[],
  outputs: readonly string[] | undefined,
): string | { ok: false; error: Failure<"backbone_invalid"> } {
  const read = new Set(nodes.flatMap(inputsOf));
  const unread = nodes.filter(({ name, op }) => !read.has(name) && op !== "Const" && op !== "Placeholder");
  const ends = outputs?.map((name) => name.replace(/:0$/, "")) ?? unread.map(({ name }) => name);
  const [end, ...others] = ends;
  return end !== undefined && others.length === 0
    ? end
    : invalid(
        `it has ${ends.length} outputs; say with --features at which one it ends: ${ends.slice(0, 20).join(", ")}`,
      );
}

const invalid = (why: string) => fail("backbone_invalid", `the backbone's graph cannot be read: ${why}`);
