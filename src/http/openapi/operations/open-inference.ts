// The Open Inference Protocol v2, described.

import { BODY, IMAGE, JSON_BODY, MODEL } from "../codes.ts";
import type { Described, Parameter } from "../describe-operation.ts";
import { CONTENT_ENCODING, MODEL_NAME, SUBJECT, VERSION_IN_PATH } from "../parameters.ts";
import { refTo, type ComponentName } from "../schema-components.ts";

const json = (name: ComponentName) => ({ "application/json": { schema: refTo(name) } });

const HEADER_LENGTH: Parameter = {
  name: "Inference-Header-Content-Length",
  in: "header",
  description:
    "How many bytes of the body are JSON, where binary data follows. With 0 the body is one file, or the `UINT8` samples of one image of the graph's own size.",
  schema: { type: "integer", minimum: 0, maximum: 999_999_999 },
};

function describeServer(id: string): Record<string, Described> {
  return {
    get: {
      id,
      summary: "Read what the server is",
      scope: "models:read",
      answer: { description: "Its name, version and extensions.", content: json("ServerMetadata") },
      errors: "error_object",
    },
  };
}

/** `by` ends the names of the operations. */
function describeModel(path: string, by: string, parameters: Parameter[]): Record<string, Record<string, Described>> {
  const get = {
    scope: "models:read" as const,
    parameters: [...parameters, SUBJECT],
    errors: "error_object" as const,
    codes: MODEL,
  };
  return {
    [path]: {
      get: {
        ...get,
        id: `getModelMetadata${by}`,
        summary: "Read the model's tensors",
        answer: { description: "Its inputs, outputs and versions.", content: json("ModelMetadata") },
      },
    },
    [`${path}/config`]: {
      get: {
        ...get,
        id: `getModelConfig${by}`,
        summary: "Read the model's configuration, as Triton has it",
        answer: { description: "Its tensors, and how many images a request may have.", content: json("ModelConfig") },
      },
    },
    [`${path}/ready`]: {
      get: {
        ...get,
        id: `isModelReady${by}`,
        summary: "Is the model ready?",
        answer: { description: "It is.", content: json("ModelReady") },
      },
    },
    [`${path}/infer`]: {
      post: {
        id: `infer${by}`,
        summary: "Infer",
        description:
          "The input is `image`: `BYTES` of shape `[N]` are files, base64 where they stand in JSON; `UINT8` and `FP32` are samples from 0 to 255 of shape `[N, H, W, C]`, `[N, H, W]`, `[H, W, C]` or `[H, W]`, of any size. Triton's extensions for binary tensors and classification are understood. An image that fails fails its request.",
        scope: "classify",
        parameters: [...parameters, HEADER_LENGTH, SUBJECT, CONTENT_ENCODING],
        body: {
          description: "Whatever its media type, `Inference-Header-Content-Length` says what it is.",
          content: { ...json("InferenceRequest"), "application/octet-stream": {} },
        },
        answer: {
          description: "The outputs asked for, or all. Those in binary follow the JSON object.",
          headers: {
            "Inference-Header-Content-Length": {
              description: "With `application/octet-stream`: how many bytes of the body are JSON.",
              schema: { type: "string", pattern: "^\\d+$" },
            },
          },
          content: { ...json("InferenceResponse"), "application/octet-stream": {} },
        },
        errors: "error_object",
        codes: [...MODEL, ...BODY, ...JSON_BODY, ...IMAGE],
      },
    },
  };
}

export const OPEN_INFERENCE_OPERATIONS = {
  "/v2": describeServer("getServerMetadata"),
  "/v2/": describeServer("getServerMetadataWithSlash"),
  ...describeModel("/v2/models/{model}", "", [MODEL_NAME]),
  ...describeModel("/v2/models/{model}/versions/{version}", "ByVersion", [MODEL_NAME, VERSION_IN_PATH]),
};
