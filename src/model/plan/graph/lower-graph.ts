// A graph to operations on values. Nodes without a kernel are gathered, as many in a row as there are, for TensorFlow.js.

import type { Single, Value } from "../operations/operation.ts";
import type { Constants } from "./constants.ts";
import { lowerNode, mayBeLowered } from "./lower/lower-node.ts";
import { isTensor, toImage, type Known, type Tensor } from "./lower/lowering.ts";
import { inOrder, nodeNameOf, type NodeDef } from "./node-def.ts";
import { keysRead, loadStockNodes, type StockNodes } from "./stock/stock-nodes.ts";

export type LoweredGraph = {
  /** The image that the graph takes. */
  input: Value;
  operations: Single[];
  /** In the order in which they were asked for. */
  outputs: Tensor[];
  /** The keys of the nodes that make the values, by the values' ids. */
  keys: ReadonlyMap<number, string>;
  dispose: () => void;
};

export type GraphToLower = {
  nodes: ReadonlyMap<string, NodeDef>;
  constants: Constants;
  input: { name: string; shape: readonly [1, number, number, number] };
  outputs: readonly string[];
};

/** Undefined for what only TensorFlow.js can run as a whole; may throw what it throws of a graph that is wrong. */
export function lowerGraph({ nodes, constants, input, outputs }: GraphToLower): LoweredGraph | undefined {
  const ordered = inOrder(nodes, outputs);
  if (!ordered) return undefined;
  const operations: Single[] = [];
  const known = new Map<string, Known>();
  const made = new Map<number, string>();
  const stock: StockNodes[] = [];
  const dispose = disposerOf(stock);
  let values = 0;
  let open: NodeDef[] = [];

  const define = (key: string, shape: readonly number[]): Value | undefined => {
    const image = toImage(shape);
    if (!image) return undefined;
    const value = { id: values++, ...image };
    made.set(value.id, key);
    known.set(key, { value, shape });
    return value;
  };
  const image = define(input.name, input.shape);

  /** Gives the nodes that are open to TensorFlow.js; false where that is not possible. */
  const close = (): boolean => {
    if (open.length === 0) return true;
    const own = new Set(open.map(({ name }) => name));
    const readLater = ordered.filter(({ name }) => !own.has(name)).flatMap(({ inputs }) => inputs);
    const writes = [...new Set([...readLater, ...outputs])].filter((key) => own.has(nodeNameOf(key)));
    const keys = keysRead(open);
    const reads = keys.flatMap((key) => {
      const read = known.get(key);
      return isTensor(read) ? [{ key, shape: read.shape, value: read.value }] : [];
    });
    const fixed = new Map(
      keys.flatMap((key) => {
        const read = known.get(key);
        return read && !isTensor(read) ? [[key, read] as const] : [];
      }),
    );
    if (reads.length + fixed.size < keys.length) return false;
    const part = loadStockNodes({ nodes: open, reads, constants: fixed, writes });
    open = [];
    if (!part) return false;
    stock.push(part);
    const ys = writes.map((key, i) => define(key, part.shapes[i]));
    if (!ys.every((y) => y !== undefined)) return false;
    operations.push({ kind: "stock", xs: reads.map(({ value }) => value), ys, run: part.run });
    return true;
  };

  const lower = (node: NodeDef): boolean => {
    if (node.op === "Const")
      return known.set(node.name, constants.get(node.name) ?? UNKNOWN) && constants.has(node.name);
    if (node.op === "Placeholder") return node.name === input.name;
    if (!mayBeLowered(node.op)) return open.push(node) > 0;
    // Its shapes are known only when those before it have run.
    const isWaiting = node.inputs.some((key) => !known.has(key));
    if (isWaiting && !close()) return false;
    const inputs = node.inputs.map((key) => known.get(key));
    const lowered = inputs.every((read) => read !== undefined) ? lowerNode({ node, inputs }) : undefined;
    if (!lowered) return open.push(node) > 0;
    if (!("computation" in lowered)) return known.set(node.name, lowered).size > 0;
    const y = define(node.name, lowered.shape);
    return y !== undefined && operations.push({ ...lowered.computation, y }) > 0;
  };

  try {
    if (image && ordered.every(lower) && close()) {
      const wanted = outputs.map((key) => known.get(key));
      if (wanted.every((output) => isTensor(output)))
        return { input: image, operations, outputs: wanted, keys: made, dispose };
    }
  } catch (error) {
    dispose();
    throw error;
  }
  dispose();
  return undefined;
}

/** In a function of its own: what lives as long as a plan must not keep the weights' files. */
const disposerOf = (stock: readonly StockNodes[]) => (): void => {
  for (const part of stock) part.dispose();
};

const UNKNOWN = { shape: [0], dtype: "int32" as const, values: new Int32Array() };
