// The one error of the client. `code` is stable: an application may branch on it.

/** What the service says in its problem answers. */
export type ServiceErrorCode =
  | "empty_body"
  | "invalid_base64"
  | "invalid_compression"
  | "invalid_json"
  | "invalid_multipart"
  | "invalid_parameter"
  | "invalid_request"
  | "json_too_deep"
  | "unsupported_url"
  | "unauthenticated"
  | "insufficient_scope"
  | "model_not_allowed"
  | "not_found"
  | "model_not_found"
  | "version_not_found"
  | "method_not_allowed"
  | "body_too_slow"
  | "change_refused"
  | "channel_conflict"
  | "body_too_large"
  | "json_too_many_values"
  | "too_many_images"
  | "too_many_pixels"
  | "uri_too_long"
  | "unsupported_content_encoding"
  | "unsupported_media_type"
  | "image_truncated"
  | "image_corrupt"
  | "image_unsupported"
  | "version_unverifiable"
  | "rate_limited"
  | "headers_too_large"
  | "client_closed_request"
  | "inference_failed"
  | "internal_error"
  | "bundle_too_large"
  | "bundle_unverifiable"
  | "keys_unavailable"
  | "not_configured"
  | "not_ready"
  | "overloaded"
  | "storage_unavailable";

/**
 * `timeout`: no answer in time. `network_error`: no answer at all. `unexpected_response`: an answer that is not the
 * service's, such as a proxy's page; `status` says which.
 */
export type ClientErrorCode = "timeout" | "network_error" | "unexpected_response";

/** A service newer than the client may have codes of its own. */
export type ErrorCode = ServiceErrorCode | ClientErrorCode | (string & {});

export type ErrorFacts = {
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
};

/** Every failure of a call but an abort by the caller's own signal, which rejects with that signal's reason. */
export class EdgescopeError extends Error {
  readonly code: ErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What to quote when reporting a problem to those who run the service. */
  readonly requestId: string | undefined;
  /** How long the service asked to be left alone. */
  readonly retryAfterMs: number | undefined;
  readonly cause: unknown;

  constructor(code: ErrorCode, message: string, { status, requestId, retryAfterMs, cause }: ErrorFacts = {}) {
    super(message);
    this.name = "EdgescopeError";
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.cause = cause;
  }
}
