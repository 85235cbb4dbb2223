// Object storage as the registry needs it: whole objects, create-only and compare-and-swap writes. Two implementations
// live here (memory, R2), a third (S3) on the Node side; one contract suite runs against all of them.

import { ok, type Failure, type Result } from "../../base/result.ts";

export type StoredObject = { bytes: Uint8Array<ArrayBuffer>; etag: string };

/** `writtenAt` is in milliseconds since 1970. */
export type ListedObject = { key: string; bytes: number; writtenAt: number };

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
  /** An object that is not there is as good as removed. */
  remove(key: string): Promise<Result<null, Failure<Unavailable>>>;
  /** Objects with the prefix, in the order of their keys, from the first that is greater than `after`; `more` when the page is not the last. */
  list(
    prefix: string,
    after?: string,
  ): Promise<Result<{ objects: ListedObject[]; more: boolean }, Failure<Unavailable>>>;
};

/** All that serving needs of a store. */
export type ObjectReader = Pick<ObjectStore, "get">;

/** Every object with the prefix, over as many pages as that takes. */
export async function listAll(
  store: Pick<ObjectStore, "list">,
  prefix: string,
): Promise<Result<ListedObject[], Failure<Unavailable>>> {
  const all: ListedObject[] = [];
  for (;;) {
    const page = await store.list(prefix, all.at(-1)?.key);
    if (!page.ok) return page;
    all.push(...page.value.objects);
    if (!page.value.more || page.value.objects.length === 0) return ok(all);
  }
}
