// The OpenAPI 3.1 document: every path that is served, made of the schemas that validate and type it. It names no model.

import { NOTICE } from "../notice.ts";
import { VERSION } from "../open-inference/version.ts";
import { describeOperation, SECURITY_SCHEMES, type Described, type Operation } from "./describe-operation.ts";
import { NATIVE_OPERATIONS } from "./operations/native.ts";
import { OPEN_INFERENCE_OPERATIONS } from "./operations/open-inference.ts";
import { PROBE_OPERATIONS, SERVICE_OPERATIONS } from "./operations/service.ts";
import { TF_SERVING_OPERATIONS } from "./operations/tf-serving.ts";
import { toSchemaComponents, type JsonSchema } from "./schema-components.ts";

export type OpenApiDocument = {
  openapi: "3.1.1";
  info: { title: string; version: string; summary: string; description: string; license: object };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: typeof SECURITY_SCHEMES; schemas: Record<string, JsonSchema> };
};

const DESCRIPTION = `${NOTICE}

Errors have a stable \`code\`, in \`application/problem+json\` (RFC 9457); the dialects of other servers have those servers' \`{"error": "…"}\`. A path that is not described here is answered with 404 \`not_found\`, another method with 405 \`method_not_allowed\` and \`Allow\`. Posted images are neither stored nor logged.

Credentials are needed wherever they are described, unless the service runs on the caller's own machine and is open.`;

const DIALECTS: { name: string; description: string; operations: Record<string, Record<string, Described>>[] }[] = [
  { name: "Native", description: "Images in, decisions out.", operations: [NATIVE_OPERATIONS] },
  {
    name: "TensorFlow Serving",
    description: "TensorFlow Serving's REST API, and with it KServe's v1 protocol.",
    operations: [TF_SERVING_OPERATIONS],
  },
  {
    name: "Open Inference",
    description: "The Open Inference Protocol v2, which KServe's and Triton's clients speak.",
    operations: [PROBE_OPERATIONS, OPEN_INFERENCE_OPERATIONS],
  },
  { name: "Service", description: "Health, and this description.", operations: [SERVICE_OPERATIONS] },
];

export function createDocument(): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const { name, operations } of DIALECTS) {
    for (const [path, methods] of operations.flatMap((described) => Object.entries(described))) {
      for (const [method, described] of Object.entries(methods)) {
        paths[path] = { ...paths[path], [method]: describeOperation(name, described) };
      }
    }
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Edgescope",
      version: VERSION,
      summary: "Classification of images by signed models",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: DIALECTS.map(({ name, description }) => ({ name, description })),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: toSchemaComponents() },
  };
}
