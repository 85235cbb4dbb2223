// The four kinds of protobuf fields that an ONNX file needs (protobuf.dev/programming-guides/encoding).

export type Bytes = Uint8Array<ArrayBuffer>;

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A message is its fields one after the other. */
export const message = (...fields: Bytes[]): Bytes => Uint8Array.from(Buffer.concat(fields));

/** `value` is a whole number from 0 to 2^53; nothing here is negative. */
export const integerField = (field: number, value: number): Bytes => message(tag(field, VARINT), varint(value));

export const bytesField = (field: number, bytes: Bytes): Bytes =>
  message(tag(field, LENGTH_DELIMITED), varint(bytes.length), bytes);

export const textField = (field: number, text: string): Bytes => bytesField(field, new TextEncoder().encode(text));

export function floatField(field: number, value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(tag(field, FIXED_32), bytes);
}

const tag = (field: number, wireType: number): Bytes => varint(field * 8 + wireType);

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
