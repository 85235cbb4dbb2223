// Nodes and weights to the bytes of an ONNX model, opset 17. Field numbers are those of onnx.proto (ONNX 1.12).

import { bytesField, floatField, integerField, message, textField, type Bytes } from "./protobuf.ts";

export type OnnxNode = {
  op: string;
  inputs: string[];
  output: string;
  attributes?: Record<string, OnnxAttribute>;
};

export type OnnxAttribute = { float: number } | { integer: number } | { integers: number[] } | { text: string };

/** Row-major. */
export type OnnxWeight = {
  name: string;
  shape: number[];
  values: Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;
};

export type OnnxGraph = {
  nodes: OnnxNode[];
  weights: OnnxWeight[];
  input: { name: string; shape: number[] };
  output: { name: string; shape: number[] };
};

const IR_VERSION = 8;
const OPSET = 17;
/** TensorProto.DataType. */
const FLOAT = 1;
const toDataType = (values: OnnxWeight["values"]): number => {
  if (values instanceof Float32Array) return FLOAT;
  if (values instanceof Uint8Array) return 2;
  if (values instanceof Int8Array) return 3;
  return values instanceof Int32Array ? 6 : 7;
};

export function writeModel({ nodes, weights, input, output }: OnnxGraph): Bytes {
  const graph = message(
    ...nodes.map((node) => bytesField(1, nodeProto(node))),
    textField(2, "graph"),
    ...weights.map((weight) => bytesField(5, tensorProto(weight))),
    bytesField(11, valueInfo(input)),
    bytesField(12, valueInfo(output)),
  );
  return message(integerField(1, IR_VERSION), bytesField(7, graph), bytesField(8, integerField(2, OPSET)));
}

function nodeProto({ op, inputs, output, attributes = {} }: OnnxNode): Bytes {
  return message(
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      bytesField(5, message(textField(1, name), attributeValue(value))),
    ),
  );
}

/** The value and, in field 20, its AttributeProto.AttributeType. */
function attributeValue(value: OnnxAttribute): Bytes {
  if ("float" in value) return message(floatField(2, value.float), integerField(20, 1));
  if ("integer" in value) return message(integerField(3, value.integer), integerField(20, 2));
  if ("text" in value) return message(textField(4, value.text), integerField(20, 3));
  return message(...value.integers.map((integer) => integerField(8, integer)), integerField(20, 7));
}

function tensorProto({ name, shape, values }: OnnxWeight): Bytes {
  return message(
    ...shape.map((size) => integerField(1, size)),
    integerField(2, toDataType(values)),
    textField(8, name),
    // raw_data is little-endian, as is every machine that runs Node.
    bytesField(9, new Uint8Array(values.slice().buffer)),
  );
}

function valueInfo({ name, shape }: { name: string; shape: number[] }): Bytes {
  const dims = shape.map((size) => bytesField(1, integerField(1, size)));
  const tensorType = message(integerField(1, FLOAT), bytesField(2, message(...dims)));
  return message(textField(1, name), bytesField(2, bytesField(1, tensorType)));
}
