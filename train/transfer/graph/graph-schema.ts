// A GraphDef as model.json has it, bounded, and the attributes of its nodes in plain values. What is not of the expected
// form is absent.

import * as z from "zod/mini";

// More than any network this could train has; constants count too.
const MAX_NODES = 50_000;

const attrSchema = z.object({
  // Protobuf's JSON has bytes as base64; older converters wrote character codes.
  s: z.optional(z.union([z.string(), z.array(z.int())])),
  b: z.optional(z.boolean()),
  i: z.optional(z.union([z.string(), z.number()])),
  f: z.optional(z.unknown()),
  shape: z.optional(
    z.object({ dim: z.optional(z.array(z.object({ size: z.optional(z.union([z.string(), z.number()])) }))) }),
  ),
  list: z.optional(
    z.object({
      i: z.optional(z.array(z.union([z.string(), z.number()]))),
      s: z.optional(z.array(z.union([z.string(), z.array(z.int())]))),
    }),
  ),
});

const nodeSchema = z.object({
  // TensorFlow's rule for the names of nodes (node_def_util.cc, IsValidNodeName), bounded.
  name: z.string().check(z.regex(/^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/), z.maxLength(512)),
  op: z.string().check(z.regex(/^[A-Za-z0-9_.>-]+$/), z.maxLength(128)),
  input: z.optional(z.array(z.string().check(z.maxLength(520)))),
  attr: z.optional(z.record(z.string(), attrSchema)),
});

export const graphSchema = z.object({ node: z.array(nodeSchema).check(z.minLength(1), z.maxLength(MAX_NODES)) });

export type NodeDef = z.infer<typeof nodeSchema>;

const attrOf = ({ attr }: NodeDef, name: string): z.infer<typeof attrSchema> | undefined =>
  attr && Object.hasOwn(attr, name) ? attr[name] : undefined;

export const flagOf = (node: NodeDef, name: string): boolean => attrOf(node, name)?.b === true;

export const textOf = (node: NodeDef, name: string): string | undefined => toText(attrOf(node, name)?.s);

export const textsOf = (node: NodeDef, name: string): string[] =>
  (attrOf(node, name)?.list?.s ?? []).map((text) => toText(text) ?? "");

export const numberOf = (node: NodeDef, name: string): number => Number(attrOf(node, name)?.f);

/** Undefined where there is no such list, or an empty one. */
export function integersOf(node: NodeDef, name: string): number[] | undefined {
  const list = attrOf(node, name)?.list?.i;
  return list && list.length > 0 ? list.map(Number) : undefined;
}

/** Sizes, -1 for one that is known only when the graph runs; undefined for a shape of unknown rank. */
export const shapeOf = (node: NodeDef, name: string): number[] | undefined =>
  attrOf(node, name)?.shape?.dim?.map(({ size }) => Number(size ?? Number.NaN));

function toText(value: string | number[] | undefined): string | undefined {
  if (typeof value !== "string") return value && String.fromCharCode(...value.slice(0, 128));
  try {
    return atob(value);
  } catch {
    return undefined;
  }
}
