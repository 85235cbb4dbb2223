// Every error answer: RFC 9457 problem details with a stable code, and the one table from the rooms' reasons to HTTP.

import * as z from "zod/mini";
import type { Failure } from "../base/result.ts";
import type { PredictReason } from "../predict.ts";
import type { GetModelReason } from "../registry/cache/model-cache.ts";
import type { AuthorisationReason } from "./auth/authorise.ts";
import { NOTICE } from "./notice.ts";
import type { ReadFormReason } from "./request/read-form.ts";
import type { ReadJsonReason } from "./request/read-json.ts";

/** Codes are stable: clients may branch on them. */
export const PROBLEMS = {
  empty_body: { status: 400, title: "There are no bytes where an image is expected" },
  invalid_base64: { status: 400, title: "The image is not base64" },
  invalid_compression: { status: 400, title: "The body is not compressed in the way that it says" },
  invalid_json: { status: 400, title: "The body is not JSON" },
  invalid_multipart: { status: 400, title: "The form is not multipart/form-data with files" },
  invalid_parameter: { status: 400, title: "A query parameter has a value that is not accepted" },
  invalid_request: { status: 400, title: "The JSON does not have the form that is asked for" },
  json_too_deep: { status: 400, title: "The JSON is nested too deeply" },
  unsupported_url: { status: 400, title: "The URL of an image is not a data: URL" },
  unauthenticated: { status: 401, title: "The request has no valid credentials" },
  insufficient_scope: { status: 403, title: "The credentials do not have the scope" },
  model_not_allowed: { status: 403, title: "The credentials are not for a model of this name" },
  not_found: { status: 404, title: "Nothing is served at this path" },
  model_not_found: { status: 404, title: "No such model" },
  version_not_found: { status: 404, title: "No such version is in the registry" },
  method_not_allowed: { status: 405, title: "The path does not answer this method" },
  body_too_slow: { status: 408, title: "The body did not arrive in time" },
  change_refused: { status: 409, title: "The channel cannot be changed in this way" },
  channel_conflict: { status: 409, title: "Somebody else changed the channels at the same time" },
  body_too_large: { status: 413, title: "There are more bytes than are accepted" },
  json_too_many_values: { status: 413, title: "The JSON has more values than are accepted" },
  too_many_images: { status: 413, title: "The request has more images than are accepted" },
  too_many_pixels: { status: 413, title: "The image has more pixels than the model accepts" },
  uri_too_long: { status: 414, title: "The URL is longer than is accepted" },
  unsupported_content_encoding: { status: 415, title: "The body is compressed in a way that is not supported" },
  unsupported_media_type: { status: 415, title: "The body is not an image of a supported type" },
  image_truncated: { status: 422, title: "The image ends before its data does" },
  image_corrupt: { status: 422, title: "The image is damaged" },
  image_unsupported: { status: 422, title: "The image uses a feature of its format that is not supported" },
  version_unverifiable: { status: 422, title: "The version cannot be verified" },
  rate_limited: { status: 429, title: "The caller has made more requests than are accepted" },
  headers_too_large: { status: 431, title: "The request's headers are more than are accepted" },
  client_closed_request: { status: 499, title: "The caller went away before there was an answer" },
  inference_failed: { status: 500, title: "The model gave no usable scores for this image" },
  internal_error: { status: 500, title: "The service failed" },
  bundle_too_large: { status: 503, title: "The model's bundle is larger than the service holds in memory" },
  bundle_unverifiable: { status: 503, title: "The model's bundle cannot be verified" },
  keys_unavailable: { status: 503, title: "The keys of the token's issuer cannot be had" },
  not_configured: { status: 503, title: "The service is not configured" },
  not_ready: { status: 503, title: "The service is not ready" },
  overloaded: { status: 503, title: "The service has as much to do as it takes on" },
  storage_unavailable: { status: 503, title: "Object storage does not answer" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  detail: z.string(),
  requestId: z.string(),
  notice: z.string(),
});

/** Where the clients of other protocols ask too, who look for `error`. */
export const modelProblemSchema = z.extend(problemSchema, { error: z.optional(z.string()) });

/** RFC 6750, section 3. */
const CHALLENGES: Partial<Record<ProblemCode, string>> = {
  unauthenticated: 'Bearer realm="edgescope"',
  insufficient_scope: 'Bearer realm="edgescope", error="insufficient_scope"',
};

/** The error of protocols that have room for a sentence and nothing else. */
export const errorObjectSchema = z.object({ error: z.string() });

/** After an outage of storage or a repaired bundle, the next load may succeed; a place is free sooner. */
const RETRY_AFTER_SECONDS = "5";
const RETRY_AFTER_LOAD_SECONDS = "1";

/** `detail` is a sentence of our own; it never quotes the request. `extensions` are members beside the problem's own. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): Response {
  const { title, status } = PROBLEMS[code];
  const members = { type: "about:blank", title, status, code, detail, requestId, notice: NOTICE } as const;
  const body: z.infer<typeof problemSchema> = { ...extensions, ...members };
  return toResponse(code, "application/problem+json", body, headers);
}

/** The same for protocols whose errors are an `error`. */
export function errorObject(code: ProblemCode, detail: string, headers: Record<string, string> = {}): Response {
  const body: z.infer<typeof errorObjectSchema> = { error: detail };
  return toResponse(code, "application/json", body, headers);
}

function toResponse(code: ProblemCode, contentType: string, body: object, headers: Record<string, string>): Response {
  const { status } = PROBLEMS[code];
  const challenge = CHALLENGES[code];
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": contentType,
      ...(challenge && { "www-authenticate": challenge }),
      ...(status === 503 && { "retry-after": code === "overloaded" ? RETRY_AFTER_LOAD_SECONDS : RETRY_AFTER_SECONDS }),
      ...headers,
    },
  });
}

/** A problem as a member of an answer that is none as a whole. */
export function toProblemMember(code: ProblemCode, detail: string) {
  const { title, status } = PROBLEMS[code];
  return { code, title, status, detail };
}

type RequestReason =
  | ReadFormReason
  | ReadJsonReason
  | "invalid_base64"
  | "invalid_parameter"
  | "invalid_request"
  | "unsupported_url";

/** Every expected failure that a request may meet. */
export type ProblemFailure = Failure<PredictReason | GetModelReason | RequestReason | AuthorisationReason>;

export function toProblemCode({ reason }: ProblemFailure): ProblemCode {
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
    case "too_slow":
      return "body_too_slow";
    case "not_finite":
      return "inference_failed";
    case "too_many_pixels":
    case "too_many_images":
    case "invalid_base64":
    case "invalid_compression":
    case "invalid_json":
    case "invalid_multipart":
    case "invalid_parameter":
    case "invalid_request":
    case "json_too_deep":
    case "json_too_many_values":
    case "unsupported_content_encoding":
    case "unsupported_url":
    case "client_closed_request":
    case "overloaded":
    case "insufficient_scope":
    case "model_not_allowed":
    case "model_not_found":
    case "bundle_too_large":
    case "bundle_unverifiable":
    case "storage_unavailable":
      return reason;
  }
}
