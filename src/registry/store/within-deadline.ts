// A store whose reads give up: storage that neither answers nor fails is storage that is unavailable.

import { fail, type Failure } from "../../base/result.ts";
import type { ObjectStore } from "./object-store.ts";

/** Writes are not cut short: nobody could say whether they happened. */
export function withinDeadline(store: ObjectStore, deadlineMs: number): ObjectStore {
  return {
    ...store,
    get: (key, maxBytes) => race(store.get(key, maxBytes), deadlineMs),
    list: (prefix, after) => race(store.list(prefix, after), deadlineMs),
  };
}

async function race<Answer>(
  reading: Promise<Answer>,
  deadlineMs: number,
): Promise<Answer | { ok: false; error: Failure<"storage_unavailable"> }> {
  const { promise: late, resolve } = Promise.withResolvers<ReturnType<typeof tooLate>>();
  const timer = setTimeout(() => resolve(tooLate()), deadlineMs);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLate = () => fail("storage_unavailable", "object storage did not answer in time");
