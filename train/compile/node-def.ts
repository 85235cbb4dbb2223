// One node of a TensorFlow GraphDef in JSON, as @tensorflow/tfjs-converter reads it (operations/operation_mapper.js),
// and the attribute values it is written with.

/** An attribute's value in protobuf's JSON: bytes are base64, 64-bit integers are decimal strings. */
export type Attr =
  | { s: string }
  | { b: boolean }
  | { i: string }
  | { f: number }
  | { type: string }
  | { shape: TensorShape }
  | { tensor: { dtype: string; tensorShape: TensorShape } }
  | { list: { i: string[] } | { s: string[] } };

/** A shape, with -1 for a dimension that is known only when the graph runs. */
export type TensorShape = { dim: { size: string }[] };

/** A node, named once in its graph, and the names of the nodes it reads. */
export type NodeDef = { name: string; op: string; input: string[]; attr: Record<string, Attr> };

/** A value known when the graph is written; its node carries the shape and the weight files carry the values. */
export type Constant = { name: string; shape: number[]; dtype: "float32" | "int32"; values: Float64Array | number[] };

// One function a form of attribute, named for what protobuf holds.
export const bytesAttr = (text: string): Attr => ({ s: btoa(text) });
export const bytesListAttr = (texts: string[]): Attr => ({ list: { s: texts.map((text) => btoa(text)) } });
export const intAttr = (value: number): Attr => ({ i: String(value) });
export const intsAttr = (values: number[]): Attr => ({ list: { i: values.map(String) } });
export const floatType: Attr = { type: "DT_FLOAT" };

/** Sizes to the form that protobuf's JSON gives a shape. */
export function toTensorShape(shape: number[]): TensorShape {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}

/** The node through which other nodes read a constant. */
export function toConstantNode({ name, shape, dtype }: Constant): NodeDef {
  const type = dtype === "float32" ? "DT_FLOAT" : "DT_INT32";
  const tensor = { dtype: type, tensorShape: toTensorShape(shape) };
  return { name, op: "Const", input: [], attr: { dtype: { type }, value: { tensor } } };
}
