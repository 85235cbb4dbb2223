// TensorFlow Serving's REST API and KServe's v1 protocol, described: by name, by version and by label.

import { BODY, IMAGE, JSON_BODY, MODEL } from "../codes.ts";
import type { Described, Parameter } from "../describe-operation.ts";
import { CONTENT_ENCODING, LABEL_IN_PATH, MODEL_NAME, SUBJECT, VERSION_IN_PATH } from "../parameters.ts";
import { refTo, type ComponentName } from "../schema-components.ts";

const json = (name: ComponentName) => ({ "application/json": { schema: refTo(name) } });

/** `by` ends the names of the operations. */
function describeChoice(path: string, by: string, parameters: Parameter[]): Record<string, Record<string, Described>> {
  const common = { errors: "error_object" as const };
  const post = {
    ...common,
    scope: "classify" as const,
    parameters: [...parameters, SUBJECT, CONTENT_ENCODING],
    codes: [...MODEL, ...BODY, ...JSON_BODY, ...IMAGE],
  };
  const get = { ...common, scope: "models:read" as const, parameters: [...parameters, SUBJECT], codes: MODEL };
  return {
    ...(by !== "" && {
      [path]: {
        get: {
          ...get,
          id: `getStatus${by}`,
          summary: "Is this version served?",
          answer: { description: "It is.", content: json("VersionStatus") },
        },
      },
    }),
    [`${path}/metadata`]: {
      get: {
        ...get,
        id: `getSignatures${by}`,
        summary: "Read the signatures",
        answer: { description: "Each signature with its tensors.", content: json("Signatures") },
      },
    },
    [`${path}:predict`]: {
      post: {
        ...post,
        id: `predict${by}`,
        summary: "Predict, in rows or in columns",
        description:
          'An image is a file as `{"b64": "…"}` or base64 text, or rows of samples from 0 to 255, with or without channels. One that fails fails its request.',
        body: { description: "JSON, whatever its media type.", content: json("PredictRequest") },
        answer: { description: "As the request is: rows or columns.", content: json("PredictAnswer") },
      },
    },
    [`${path}:classify`]: {
      post: {
        ...post,
        id: `classifyExamples${by}`,
        summary: "Classify examples",
        description: "The one feature of an example that is an image is classified.",
        body: { description: "JSON, whatever its media type.", content: json("ClassifyRequest") },
        answer: { description: "Each example's labels.", content: json("ClassifyAnswer") },
      },
    },
  };
}

export const TF_SERVING_OPERATIONS = {
  ...describeChoice("/v1/models/{model}", "", [MODEL_NAME]),
  ...describeChoice("/v1/models/{model}/versions/{version}", "ByVersion", [MODEL_NAME, VERSION_IN_PATH]),
  ...describeChoice("/v1/models/{model}/labels/{label}", "ByLabel", [MODEL_NAME, LABEL_IN_PATH]),
};
