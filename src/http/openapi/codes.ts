// Which codes of the error table an operation may answer with, by what it does.

import type { ProblemCode } from "../problem.ts";

export const ANY: readonly ProblemCode[] = [
  "headers_too_large",
  "internal_error",
  "not_configured",
  "rate_limited",
  "uri_too_long",
];

/** Whatever needs credentials. */
export const CALLER: readonly ProblemCode[] = ["unauthenticated", "insufficient_scope", "keys_unavailable"];

/** Whatever names a model. */
export const MODEL: readonly ProblemCode[] = [
  "model_not_allowed",
  "model_not_found",
  "bundle_too_large",
  "bundle_unverifiable",
  "storage_unavailable",
];

/** Whatever reads a body, and so waits for it and for room. */
export const BODY: readonly ProblemCode[] = [
  "body_too_large",
  "body_too_slow",
  "client_closed_request",
  "invalid_compression",
  "overloaded",
  "unsupported_content_encoding",
];

/** A list of images in JSON, each with an error of its own. */
export const LIST: readonly ProblemCode[] = [
  "invalid_json",
  "invalid_request",
  "json_too_deep",
  "json_too_many_values",
  "too_many_images",
];

/** The same where an image that fails fails its request. */
export const JSON_BODY: readonly ProblemCode[] = [...LIST, "invalid_base64"];

/** Whatever decodes and classifies. */
export const IMAGE: readonly ProblemCode[] = [
  "empty_body",
  "image_corrupt",
  "image_truncated",
  "image_unsupported",
  "inference_failed",
  "too_many_pixels",
  "unsupported_media_type",
];
