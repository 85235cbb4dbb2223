// A posted inference request to the images in it and the outputs asked for: the JSON object, the binary data that Triton's
// extension puts behind it, or a body that is nothing but data. Every size is checked before anything is made of it.

import { parseJsonWithin, type JsonLimits, type JsonReason } from "../../base/parse-json-within.ts";
import { parseShape } from "../../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import { sniffMediaType } from "../../image/sniff-media-type.ts";
import type { PostedImage } from "../../predict.ts";
import { readElements } from "./tensor/read-elements.ts";
import { readSamples } from "./tensor/read-samples.ts";
import { requestSchema, type InputJson } from "./request-schema.ts";
import { readRequestedOutputs, type RequestedOutput } from "./requested-outputs.ts";
import { INPUT, outputNames } from "./tensor/tensor-names.ts";
import type { TensorReason } from "./tensor/tensor-reason.ts";

/** `id` is the caller's, to be given back. */
export type InferenceRequest = { id?: string; images: PostedImage[]; outputs: RequestedOutput[] };

export type InferenceLimits = { maxImages: number; json: JsonLimits };

type Parsed<Value> = Result<Value, Failure<TensorReason | JsonReason>>;

/** `headerBytes` is what the header Inference-Header-Content-Length says, where there is one. */
export function parseInferenceRequest(
  body: Uint8Array<ArrayBuffer>,
  headerBytes: number | undefined,
  manifest: Manifest,
  limits: InferenceLimits,
): Parsed<InferenceRequest> {
  if (headerBytes === 0) return parseRawRequest(body, manifest);
  if (headerBytes !== undefined && headerBytes > body.length) {
    return fail("invalid_request", "Inference-Header-Content-Length is more than the body has");
  }
  const json = body.subarray(0, headerBytes);
  const value = parseJsonWithin(json, limits.json);
  if (!value.ok) return value;
  const parsed = parseShape(requestSchema, value.value);
  if (!parsed.ok) {
    return fail(
      "invalid_request",
      `${parsed.error.path || "the body"} is not what an inference request object has there`,
    );
  }
  const { id, inputs, outputs, parameters } = parsed.value;
  const [input] = inputs;
  if (inputs.length !== 1 || input.name !== INPUT) {
    return fail("invalid_request", `the model has one input, named ${INPUT}`);
  }
  const requested = readRequestedOutputs(outputs ?? [], parameters?.binary_data_output ?? false, manifest);
  if (!requested.ok) return requested;
  const images = readImages(input, body.subarray(json.length), limits.maxImages);
  if (!images.ok) return images;
  return ok({ ...(typeof id === "string" && { id }), images: images.value, outputs: requested.value });
}

/** `binary` is everything behind the JSON object. */
function readImages(input: InputJson, binary: Uint8Array<ArrayBuffer>, maxImages: number): Parsed<PostedImage[]> {
  const { shape, datatype } = input;
  const json = input.data ?? undefined;
  const binaryBytes = input.parameters?.binary_data_size ?? undefined;
  if ((binaryBytes === undefined) === (json === undefined)) {
    return fail("invalid_request", "an input has either data or the parameter binary_data_size");
  }
  if ((binaryBytes ?? 0) !== binary.length) {
    return fail("invalid_request", "binary_data_size is not what the body has behind the JSON object");
  }
  const data = binaryBytes === undefined ? { json } : binary;
  switch (datatype) {
    case "BYTES":
      return readElements(shape, data, maxImages);
    case "UINT8":
    case "FP32":
      return readSamples(datatype, shape, data, maxImages);
    default:
      return fail("invalid_request", `the datatype of ${INPUT} is UINT8, FP32 or BYTES`);
  }
}

/**
 * Without a JSON object the data must say what it is: the file of one image, or the samples of one of the graph's size.
 * All outputs are given, as binary data.
 */
function parseRawRequest(body: Uint8Array<ArrayBuffer>, manifest: Manifest): Parsed<InferenceRequest> {
  const outputs = outputNames(manifest).map((name) => ({ name, binary: true }));
  const { height, width, colour } = manifest.input;
  const shape = [1, height, width, colour === "grey" ? 1 : 3];
  if (sniffMediaType(body) === undefined && body.length === height * width * shape[3]) {
    const samples = readSamples("UINT8", shape, body, 1);
    return samples.ok ? ok({ images: samples.value, outputs }) : samples;
  }
  return ok({ images: [body], outputs });
}
