// The example requests of the public documents that make sense for an image classifier, with the names, datatypes and
// shapes of the digits model in the place of the documents' made-up ones:
// - Open Inference Protocol, specification/protocol/inference_rest.md and open_inference_rest.yaml
// - KServe, docs/predict-api/v2/required_api.md, and its binary tensor data extension
// - Triton, docs/protocol/extension_{binary_data,classification,parameters}.md

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestBytes } from "../../interop/open-inference/request-bytes.ts";
import { serveDigits, type Served } from "../served-digits.ts";
import { readAnswer, type Answer } from "./read-answer.ts";

const MODEL = "/v2/models/mnist";
const VERSION = `${MODEL}/versions/1.0.0`;

/** The documents' tensors are [2, 2]. */
const FLAT = { name: "image", shape: [2, 2], datatype: "UINT8", data: [1, 2, 4, 5] };
const NESTED = {
  ...FLAT,
  data: [
    [1, 2],
    [4, 5],
  ],
};
const BINARY = { name: "image", shape: [2, 2], datatype: "FP32", parameters: { binary_data_size: 16 } };
/** 8, 32, 0 and 255. */
const SIXTEEN_BYTES = [0, 0, 0, 0x41, 0, 0, 0, 0x42, 0, 0, 0, 0, 0, 0, 0x7f, 0x43];

const scores = (name: string) => ({ name, datatype: "FP32", shape: [1, 10], data: expect.any(Array) });
const binaryScores = (name: string) => ({ ...scores(name), parameters: { binary_data_size: 40 } });
const text = (name: string) => ({ name, datatype: "BYTES", shape: [1], data: [expect.any(String)] });
const binaryText = (name: string) => ({ ...text(name), parameters: { binary_data_size: expect.any(Number) } });

const get = (path: string) => ({ path });
const postJson = (path: string, json: unknown) => ({
  path,
  init: { method: "POST", body: JSON.stringify(json), headers: { "content-type": "application/json" } },
});
const postBinary = (path: string, { body, headerBytes }: ReturnType<typeof requestBytes>) => ({
  path,
  init: {
    method: "POST",
    body,
    headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(headerBytes) },
  },
});

type Example = {
  document: string;
  what: string;
  request: { path: string; init?: RequestInit };
  status?: number;
  answer: unknown;
};

const identity = { model_name: "mnist", model_version: "1.0.0" };
const metadata = {
  name: "mnist",
  versions: ["1.0.0"],
  platform: "tensorflowjs_graphmodel",
  inputs: [{ name: "image", datatype: "UINT8", shape: [-1, 28, 28, 1] }],
  outputs: [
    { name: "probabilities", datatype: "FP32", shape: [-1, 10] },
    { name: "logits", datatype: "FP32", shape: [-1, 10] },
    { name: "label", datatype: "BYTES", shape: [-1] },
    { name: "decision", datatype: "BYTES", shape: [-1] },
  ],
};
const config = {
  name: "mnist",
  platform: "tensorflowjs_graphmodel",
  backend: "",
  max_batch_size: 32,
  input: [{ name: "image", data_type: "TYPE_UINT8", format: "FORMAT_NHWC", dims: [28, 28, 1] }],
  output: [
    { name: "probabilities", data_type: "TYPE_FP32", dims: [10] },
    { name: "logits", data_type: "TYPE_FP32", dims: [10] },
    { name: "label", data_type: "TYPE_STRING", dims: [] },
    { name: "decision", data_type: "TYPE_STRING", dims: [] },
  ],
};
const probabilities = { outputs: [{ name: "probabilities" }] };

const EXAMPLES: Example[] = [
  { document: "OIP", what: "server live", request: get("/v2/health/live"), answer: { live: true } },
  { document: "OIP", what: "server ready", request: get("/v2/health/ready"), answer: { ready: true } },
  { document: "OIP", what: "model ready", request: get(`${MODEL}/ready`), answer: { name: "mnist", ready: true } },
  { document: "OIP", what: "version ready", request: get(`${VERSION}/ready`), answer: { name: "mnist", ready: true } },
  {
    document: "OIP",
    what: "server metadata",
    request: get("/v2"),
    answer: {
      name: "edgescope",
      version: "0.1.0",
      extensions: ["binary_tensor_data", "classification", "model_configuration"],
    },
  },
  {
    document: "OIP",
    what: "server metadata at the path of the OpenAPI document",
    request: get("/v2/"),
    answer: { name: "edgescope", version: "0.1.0", extensions: expect.any(Array) },
  },
  { document: "OIP", what: "model metadata", request: get(MODEL), answer: metadata },
  { document: "Triton model configuration", what: "by name", request: get(`${MODEL}/config`), answer: config },
  { document: "Triton model configuration", what: "by version", request: get(`${VERSION}/config`), answer: config },
  { document: "OIP", what: "version metadata", request: get(VERSION), answer: metadata },
  {
    document: "OIP",
    what: "model metadata error",
    request: get("/v2/models/mymodel"),
    status: 404,
    answer: { error: "no model has this name" },
  },
  {
    document: "OIP",
    what: "inference, one output asked for by name, with an id",
    request: postJson(`${MODEL}/infer`, { id: "42", inputs: [FLAT], ...probabilities }),
    answer: { ...identity, id: "42", outputs: [scores("probabilities")] },
  },
  {
    document: "OIP",
    what: "inference by a version",
    request: postJson(`${VERSION}/infer`, { id: "42", inputs: [FLAT], ...probabilities }),
    answer: { ...identity, id: "42", outputs: [scores("probabilities")] },
  },
  {
    document: "OIP",
    what: "inference with all outputs",
    request: postJson(`${MODEL}/infer`, { inputs: [FLAT] }),
    answer: { ...identity, outputs: [scores("probabilities"), scores("logits"), text("label"), text("decision")] },
  },
  {
    document: "OIP",
    what: "inference error",
    request: postJson(`${MODEL}/infer`, { id: "42", inputs: [{ ...FLAT, datatype: "UINT32" }] }),
    status: 400,
    answer: { error: "the datatype of image is UINT8, FP32 or BYTES" },
  },
  {
    document: "KServe",
    what: "tensor data in its natural form",
    request: postJson(`${MODEL}/infer`, { inputs: [NESTED], ...probabilities }),
    answer: { ...identity, outputs: [scores("probabilities")] },
  },
  {
    document: "KServe",
    what: "binary data in, binary data and JSON out",
    request: postBinary(
      `${MODEL}/infer`,
      requestBytes(
        {
          model_name: "mymodel",
          inputs: [BINARY],
          outputs: [{ name: "probabilities", parameters: { binary_data: true } }, { name: "logits" }],
        },
        SIXTEEN_BYTES,
      ),
    ),
    answer: { ...identity, outputs: [binaryScores("probabilities"), scores("logits")] },
  },
  {
    document: "KServe",
    what: "all outputs as binary data",
    request: postJson(`${MODEL}/infer`, {
      model_name: "my_model",
      inputs: [{ name: "image", datatype: "FP32", shape: [1, 2], data: [[32.045, 199.043]] }],
      parameters: { binary_data_output: true },
    }),
    answer: {
      ...identity,
      outputs: [binaryScores("probabilities"), binaryScores("logits"), binaryText("label"), binaryText("decision")],
    },
  },
  {
    document: "Triton binary data",
    what: "binary tensor request",
    request: postBinary(
      `${MODEL}/infer`,
      requestBytes(
        {
          model_name: "mymodel",
          inputs: [BINARY],
          outputs: [{ name: "probabilities", parameters: { binary_data: true } }],
        },
        SIXTEEN_BYTES,
      ),
    ),
    answer: { ...identity, outputs: [binaryScores("probabilities")] },
  },
  {
    document: "Triton binary data",
    what: "binary_data on an output overrides binary_data_output",
    request: postJson(`${MODEL}/infer`, {
      inputs: [FLAT],
      parameters: { binary_data_output: true },
      outputs: [{ name: "probabilities" }, { name: "logits", parameters: { binary_data: false } }],
    }),
    answer: { ...identity, outputs: [binaryScores("probabilities"), scores("logits")] },
  },
  {
    document: "Triton binary data",
    what: "raw binary request",
    request: postBinary(`${MODEL}/infer`, { body: new Uint8Array(784).fill(7), headerBytes: 0 }),
    answer: {
      ...identity,
      outputs: [binaryScores("probabilities"), binaryScores("logits"), binaryText("label"), binaryText("decision")],
    },
  },
  {
    document: "Triton classification",
    what: "the two best classes, with their labels",
    request: postJson(`${MODEL}/infer`, {
      id: "42",
      inputs: [FLAT],
      outputs: [{ name: "logits", parameters: { classification: 2 } }],
    }),
    answer: {
      ...identity,
      id: "42",
      outputs: [
        {
          name: "logits",
          datatype: "BYTES",
          shape: [1, 2],
          data: Array.from({ length: 2 }, () => expect.stringMatching(/^-?\d+(\.\d+)?:(\d):\2$/)),
        },
      ],
    },
  },
  {
    document: "Triton parameters",
    what: "a parameter of the caller's own",
    request: postJson(`${MODEL}/infer`, { parameters: { my_custom_parameter: 42 }, inputs: [FLAT], ...probabilities }),
    answer: { ...identity, outputs: [scores("probabilities")] },
  },
];

const count = { tried: 0, passed: 0 };

let served: Served;
beforeAll(async () => {
  served = await serveDigits();
});

describe("examples of the public documents", () => {
  test.each(EXAMPLES)("$document: $what", async ({ request: { path, init }, status = 200, answer }) => {
    count.tried++;
    const response = await served.request(path, init);
    const read: Answer = await readAnswer(response);
    expect(response.status).toBe(status);
    // Answers about a model also say which one it was, and what the service is not.
    const { parameters, ...rest } = read;
    expect(rest).toEqual(answer);
    expect(parameters === undefined || typeof parameters === "object").toBe(true);
    count.passed++;
  });

  afterAll(() => {
    expect(count).toEqual({ tried: 23, passed: 23 });
  });
});
