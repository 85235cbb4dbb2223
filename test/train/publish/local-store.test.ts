import { expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { fail } from "../../../src/base/result.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { withPatience } from "../../../train/publish/local-store.ts";

/** A store whose every operation is refused `times` times before it is done. */
function lockedStore(times: number): { store: ObjectStore; tries: () => number } {
  const memory = createMemoryStore();
  let left = times;
  let tries = 0;
  const locked = async <Value>(operation: () => Promise<Value>) => {
    tries++;
    if (left-- > 0) return fail("storage_unavailable", "locked");
    left = times;
    return operation();
  };
  return {
    store: {
      get: (...read) => locked(() => memory.get(...read)),
      put: (...write) => locked(() => memory.put(...write)),
      remove: (...removal) => locked(() => memory.remove(...removal)),
      list: (...query) => locked(() => memory.list(...query)),
    },
    tries: () => tries,
  };
}

test("a store that another process has locked is waited for", async () => {
  const patient = withPatience(lockedStore(3).store, 0);
  expect(await patient.put("a", toUtf8("a"), { kind: "create" })).toMatchObject({ ok: true });
  expect(await patient.get("a", 1)).toMatchObject({ ok: true });
  expect(await patient.list("a")).toMatchObject({ value: { objects: [{ key: "a" }] } });
  expect(await patient.remove("a")).toMatchObject({ ok: true });
});

test("what is refused for another reason is not tried again, and what stays locked is given up", async () => {
  const free = lockedStore(0);
  expect(await withPatience(free.store, 0).get("absent", 1)).toMatchObject({ error: { reason: "not_found" } });
  expect(free.tries()).toBe(1);
  const locked = lockedStore(1000);
  expect(await withPatience(locked.store, 0).get("a", 1)).toMatchObject({ error: { reason: "storage_unavailable" } });
  expect(locked.tries()).toBe(40);
});
