// An object store in memory, for tests and for publishing rehearsals.

import { fail, ok } from "../../base/result.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";

/** What R2 and S3 list in one request. */
const PAGE = 1000;

/** `now` dates the writes, in milliseconds since 1970. */
export function createMemoryStore(objects = new Map<string, StoredObject>(), now: () => number = () => 0): ObjectStore {
  let writes = 0;
  const writtenAt = new Map<string, number>();
  return {
    get: async (key, maxBytes) => {
      const stored = objects.get(key);
      if (!stored) return fail("not_found", "no such object");
      if (stored.bytes.length > maxBytes) return fail("object_too_large", "the object is larger than the caller takes");
      return ok({ bytes: stored.bytes.slice(), etag: stored.etag });
    },
    put: async (key, bytes, condition) => {
      const current = objects.get(key);
      const holds = condition.kind === "create" ? current === undefined : current?.etag === condition.etag;
      if (!holds) return fail("precondition_failed", "the object is not in the state the write expects");
      const etag = String(++writes);
      objects.set(key, { bytes: bytes.slice(), etag });
      writtenAt.set(key, now());
      return ok({ etag });
    },
    remove: async (key) => {
      objects.delete(key);
      return ok(null);
    },
    list: async (prefix, after = "") => {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
      const page = keys.slice(0, PAGE).map((key) => ({
        key,
        bytes: objects.get(key)?.bytes.length ?? 0,
        writtenAt: writtenAt.get(key) ?? 0,
      }));
      return ok({ objects: page, more: keys.length > PAGE });
    },
  };
}
