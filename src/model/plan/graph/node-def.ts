// A TensorFlow GraphDef as model.json has it: its nodes by name, and their attributes in plain values. Only what is of the
// expected form is read; whoever meets anything else leaves the graph to TensorFlow.js.

/** `inputs` are keys: a node's name, or "name:1" for its second output; what only waits for a node is left out. */
export type NodeDef = { name: string; op: string; inputs: string[]; attributes: Record<string, unknown>; raw: object };

type Attribute = { s?: unknown; b?: unknown; f?: unknown; list?: { i?: unknown; s?: unknown } };

/** Undefined for what is not a list of nodes with different names, or calls functions of its own. */
export function readNodes(topology: unknown): Map<string, NodeDef> | undefined {
  const { node, library } = (topology ?? {}) as { node?: unknown; library?: { function?: unknown[] } };
  if (!Array.isArray(node) || (library?.function?.length ?? 0) > 0) return undefined;
  const nodes = new Map<string, NodeDef>();
  for (const raw of node as { name?: unknown; op?: unknown; input?: unknown; attr?: unknown }[]) {
    const { name, op, input = [], attr = {} } = raw;
    if (typeof name !== "string" || typeof op !== "string" || !Array.isArray(input) || nodes.has(name))
      return undefined;
    const inputs = input.map(String).filter((key) => !key.startsWith("^"));
    nodes.set(name, { name, op, inputs: inputs.map(toKey), attributes: (attr ?? {}) as Record<string, unknown>, raw });
  }
  return nodes;
}

/** The first output goes by the node's name alone. */
export const toKey = (reference: string): string => reference.replace(/:0$/, "");

export const nodeNameOf = (key: string): string => key.replace(/:\d+$/, "");

/** The nodes that `outputs` depend on, each after those it reads; undefined where one is missing or reads itself. */
export function inOrder(nodes: ReadonlyMap<string, NodeDef>, outputs: readonly string[]): NodeDef[] | undefined {
  const ordered: NodeDef[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const stack = outputs.map(nodeNameOf).toReversed();
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const node = nodes.get(name);
    if (!node) return undefined;
    const missing = node.inputs.map(nodeNameOf).filter((input) => !done.has(input));
    if (done.has(name) || missing.length === 0) {
      stack.pop();
      if (!done.has(name)) ordered.push(node);
      done.add(name);
    } else {
      // Whatever an open node reads is done when it is met again, unless it reads itself.
      if (open.has(name)) return undefined;
      open.add(name);
      stack.push(...missing.toReversed());
    }
  }
  return ordered;
}

export const flagOf = (node: NodeDef, name: string): boolean => attributeOf(node, name)?.b === true;

export const textOf = (node: NodeDef, name: string): string | undefined => toText(attributeOf(node, name)?.s);

export const numberOf = (node: NodeDef, name: string): number => Number(attributeOf(node, name)?.f);

export function textsOf(node: NodeDef, name: string): (string | undefined)[] {
  const texts = attributeOf(node, name)?.list?.s;
  return Array.isArray(texts) ? texts.map(toText) : [];
}

export function integersOf(node: NodeDef, name: string): number[] {
  const integers = attributeOf(node, name)?.list?.i;
  return Array.isArray(integers) ? integers.map(Number) : [];
}

function attributeOf({ attributes }: NodeDef, name: string): Attribute | undefined {
  return Object.hasOwn(attributes, name) ? (attributes[name] as Attribute | undefined) : undefined;
}

/** Protobuf's JSON has bytes as base64; older converters wrote character codes. */
function toText(value: unknown): string | undefined {
  if (Array.isArray(value)) return String.fromCharCode(...(value as number[]).slice(0, 128));
  if (typeof value !== "string") return undefined;
  try {
    return atob(value);
  } catch {
    return undefined;
  }
}
