// Every error answer: RFC 9457 problem details with a stable code, and the one table from the rooms' reasons to HTTP.

import type { Failure } from "../base/result.ts";
import type { PredictReason } from "../predict.ts";
import type { FetchReason } from "../registry/fetch-bundle.ts";
import { NOTICE } from "./notice.ts";

/** Codes are stable: clients may branch on them. */
const PROBLEMS = {
  empty_body: { status: 400, title: "The request has no body" },
  invalid_multipart: { status: 400, title: "The form is not multipart/form-data with one file" },
  invalid_parameter: { status: 400, title: "A query parameter has a value that is not accepted" },
  not_found: { status: 404, title: "Nothing is served at this path" },
  model_not_found: { status: 404, title: "No such model" },
  method_not_allowed: { status: 405, title: "The path does not answer this method" },
  body_too_large: { status: 413, title: "The image has more bytes than the model accepts" },
  too_many_pixels: { status: 413, title: "The image has more pixels than the model accepts" },
  unsupported_media_type: { status: 415, title: "The body is not an image of a supported type" },
  image_truncated: { status: 422, title: "The image ends before its data does" },
  image_corrupt: { status: 422, title: "The image is damaged" },
  image_unsupported: { status: 422, title: "The image uses a feature of its format that is not supported" },
  inference_failed: { status: 500, title: "The model gave no usable scores for this image" },
  internal_error: { status: 500, title: "The service failed" },
  bundle_unverifiable: { status: 503, title: "The model's bundle cannot be verified" },
  not_ready: { status: 503, title: "The service is not ready" },
  storage_unavailable: { status: 503, title: "Object storage does not answer" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** After an outage of storage or a repaired bundle, the next load may succeed. */
const RETRY_AFTER_SECONDS = "5";

/** `detail` is a sentence of our own; it never quotes the request. `extensions` are members beside the problem's own. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): Response {
  const { status, title } = PROBLEMS[code];
  const body = { ...extensions, type: "about:blank", title, status, code, detail, requestId, notice: NOTICE };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(status === 503 && { "retry-after": RETRY_AFTER_SECONDS }),
      ...headers,
    },
  });
}

export type RequestReason = "invalid_multipart" | "too_many_bytes";

export function toProblemCode({ reason }: Failure<PredictReason | FetchReason | RequestReason>): ProblemCode {
  switch (reason) {
    case "empty":
      return "empty_body";
    case "unknown_type":
      return "unsupported_media_type";
    case "truncated":
      return "image_truncated";
    case "corrupt":
      return "image_corrupt";
    case "unsupported":
      return "image_unsupported";
    case "too_many_bytes":
      return "body_too_large";
    case "not_finite":
      return "inference_failed";
    case "too_many_pixels":
    case "invalid_multipart":
    case "model_not_found":
    case "bundle_unverifiable":
    case "storage_unavailable":
      return reason;
  }
}
