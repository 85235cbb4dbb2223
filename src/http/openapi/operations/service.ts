// What is open to all, described: health, and the description itself.

import type { Described } from "../describe-operation.ts";

const TRUE = { type: "boolean", const: true };
const object = (properties: Record<string, object>) => ({
  "application/json": { schema: { type: "object", properties, required: Object.keys(properties) } },
});

export const SERVICE_OPERATIONS: Record<string, Record<string, Described>> = {
  "/healthz": {
    get: {
      id: "getHealth",
      summary: "Can this isolate answer?",
      answer: {
        description: "Every served model has passed its self-test.",
        content: object({ status: { type: "string", const: "ready" }, notice: { type: "string" } }),
      },
      errors: "problem",
      codes: ["not_ready", "storage_unavailable"],
    },
  },
  "/openapi.json": {
    get: {
      id: "getDescription",
      summary: "Read this document",
      answer: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
      errors: "problem",
    },
  },
  "/docs": {
    get: {
      id: "getReference",
      summary: "Read this document as a page",
      answer: { description: "A page without scripts.", content: { "text/html": {} } },
      errors: "problem",
    },
  },
};

export const PROBE_OPERATIONS: Record<string, Record<string, Described>> = {
  "/v2/health/live": {
    get: {
      id: "isLive",
      summary: "Is the server live?",
      answer: { description: "It is.", content: object({ live: TRUE }) },
      errors: "error_object",
    },
  },
  "/v2/health/ready": {
    get: {
      id: "isReady",
      summary: "Is the server ready?",
      answer: { description: "Every served model has passed its self-test.", content: object({ ready: TRUE }) },
      errors: "error_object",
      codes: ["not_ready", "storage_unavailable"],
    },
  },
};
