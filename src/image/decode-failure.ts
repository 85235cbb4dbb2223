// Why an image was not decoded: the room's closed union of reasons.

import type { Failure } from "../base/result.ts";

/**
 * `truncated` files end too early, `corrupt` ones contradict their format, `unsupported` ones are valid and of a kind
 * that no decoder here reads.
 */
export type DecodeReason = "empty" | "unknown_type" | "truncated" | "corrupt" | "unsupported" | "too_many_pixels";

export type DecodeFailure = Failure<DecodeReason>;
