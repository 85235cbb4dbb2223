// Requests for the example manifest, and what the parser makes of them.

import { parseInferenceRequest } from "../../../src/interop/open-inference/parse-inference-request.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";
import { requestBytes } from "./request-bytes.ts";

export const LIMITS = { maxImages: 3, json: { depth: 10, values: 1000 } };

export const parse = ({ body, headerBytes }: { body: Uint8Array<ArrayBuffer>; headerBytes?: number }) =>
  parseInferenceRequest(body, headerBytes, exampleManifest, LIMITS);

export const parseJson = (json: unknown) => parse({ body: requestBytes(json).body });

export const withInput = (input: object, rest: object = {}) => ({ inputs: [{ name: "image", ...input }], ...rest });

export const uint8 = (shape: number[], data: unknown) => withInput({ shape, datatype: "UINT8", data });
export const fp32 = (shape: number[], data: unknown) => withInput({ shape, datatype: "FP32", data });
export const bytes = (shape: number[], data: unknown) => withInput({ shape, datatype: "BYTES", data });
export const binary = (datatype: string, shape: number[], binary_data_size: unknown) =>
  withInput({ shape, datatype, parameters: { binary_data_size } });
