// Object storage as the registry needs it: whole objects, create-only and compare-and-swap writes. Two implementations
// live here (memory, R2), a third (S3) on the Node side; one contract suite runs against all of them.

import type { Failure, Result } from "../base/result.ts";

export type StoredObject = { bytes: Uint8Array<ArrayBuffer>; etag: string };

/** `create` writes only where nothing stands; `replace` only over the object with that etag. */
export type WriteCondition = { kind: "create" } | { kind: "replace"; etag: string };

type Unavailable = "storage_unavailable";

export type ObjectStore = {
  /** Reads an object of at most `maxBytes`; a larger one is refused before its body is read. */
  get(
    key: string,
    maxBytes: number,
  ): Promise<Result<StoredObject, Failure<"not_found" | "object_too_large" | Unavailable>>>;
  put(
    key: string,
    bytes: Uint8Array<ArrayBuffer>,
    condition: WriteCondition,
  ): Promise<Result<{ etag: string }, Failure<"precondition_failed" | Unavailable>>>;
  /** Keys with the prefix, in order: the first 1000, what R2 and S3 give in one request. */
  list(prefix: string): Promise<Result<string[], Failure<Unavailable>>>;
};
