// The parameters that several operations have.

import type { Parameter } from "./describe-operation.ts";
import { refTo } from "./schema-components.ts";

export const MODEL_NAME: Parameter = {
  name: "model",
  in: "path",
  required: true,
  description: "The model's name.",
  schema: refTo("ModelName"),
};

export const VERSION_IN_PATH: Parameter = {
  name: "version",
  in: "path",
  required: true,
  description: "A version that a channel names or named.",
  schema: refTo("Version"),
};

export const LABEL_IN_PATH: Parameter = {
  name: "label",
  in: "path",
  required: true,
  description: "A channel, which TensorFlow Serving calls a version label.",
  schema: { type: "string" },
};

export const CHANNEL_IN_PATH: Parameter = {
  name: "channel",
  in: "path",
  required: true,
  description: "The channel: `stable`, `canary`, `shadow`, or another name.",
  schema: refTo("ModelName"),
};

export const SELECTOR: Parameter[] = [
  {
    name: "channel",
    in: "query",
    description: "The channel whose version answers; not together with `version`.",
    schema: { type: "string", default: "stable" },
  },
  {
    name: "version",
    in: "query",
    description: "The version that answers; not together with `channel`.",
    schema: refTo("Version"),
  },
];

export const SUBJECT: Parameter = {
  name: "Edgescope-Subject",
  in: "header",
  description:
    "Opaque; its first 256 characters count. While a canary runs, requests with the same subject are answered by the same version; without one, those with the same credentials. Neither stored nor logged.",
  schema: { type: "string" },
};

export const CONTENT_ENCODING: Parameter = {
  name: "Content-Encoding",
  in: "header",
  description: "How the body is compressed.",
  schema: { type: "string", enum: ["identity", "gzip", "x-gzip", "deflate"] },
};
