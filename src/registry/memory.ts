// An object store in memory, for tests and for publishing rehearsals.

import { fail, ok } from "../base/result.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";

export function createMemoryStore(objects = new Map<string, StoredObject>()): ObjectStore {
  let writes = 0;
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
      return ok({ etag });
    },
    list: async (prefix) =>
      ok(
        [...objects.keys()]
          .filter((key) => key.startsWith(prefix))
          .toSorted()
          .slice(0, 1000),
      ),
  };
}
