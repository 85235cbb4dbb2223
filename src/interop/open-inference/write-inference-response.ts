// The inference response object, and behind it the tensors that were asked for as binary data.

import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { toShortestFloat32 } from "./tensor/shortest-float32.ts";
import type { OutputTensor } from "./to-outputs.ts";

export type ResponseFacts = {
  model_name: string;
  model_version: string;
  id?: string;
  parameters: Record<string, string>;
};

/** `headerBytes` is there where binary data follows the JSON object: the value of Inference-Header-Content-Length. */
export type InferenceResponse = { body: Uint8Array<ArrayBuffer>; headerBytes?: number };

export function writeInferenceResponse(facts: ResponseFacts, outputs: readonly OutputTensor[]): InferenceResponse {
  const binary: Uint8Array[] = [];
  const described = outputs.map((output) => {
    const { name, datatype, shape } = output;
    if (!output.binary) {
      const data = output.datatype === "FP32" ? Array.from(output.data, toShortestFloat32) : output.data;
      return { name, datatype, shape, data };
    }
    const bytes = toBinary(output);
    binary.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } };
  });
  const json = toUtf8(JSON.stringify({ ...facts, outputs: described }));
  return binary.length === 0 ? { body: json } : { body: concatBytes([json, ...binary]), headerBytes: json.length };
}

/** Little-endian, as every platform with WASM is; a text is its length in four bytes and then UTF-8. */
function toBinary(output: OutputTensor): Uint8Array {
  if (output.datatype === "FP32") return new Uint8Array(output.data.buffer);
  return concatBytes(
    output.data.flatMap((text) => {
      const bytes = toUtf8(text);
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, bytes.length, true);
      return [length, bytes];
    }),
  );
}
