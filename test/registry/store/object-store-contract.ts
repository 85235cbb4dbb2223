// What every object store promises; run against each implementation where it lives.

import { beforeEach, describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import type { ListedObject, ObjectStore } from "../../../src/registry/store/object-store.ts";

/** `createStore` gives an empty store. */
export function describeObjectStore(name: string, createStore: () => Promise<ObjectStore>): void {
  describe(`${name} keeps the contract of an object store`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await createStore();
    });

    test("gives back the bytes and the etag that were written", async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const written = await store.put("a/b", bytes, { kind: "create" });
      if (!written.ok) throw new Error(written.error.detail);
      expect(await store.get("a/b", 256)).toEqual({ ok: true, value: { bytes, etag: written.value.etag } });
    });

    test("says not_found where nothing stands", async () => {
      expect(await store.get("absent", 10)).toMatchObject({ error: { reason: "not_found" } });
    });

    test("refuses an object larger than the caller takes", async () => {
      await store.put("large", toUtf8("12345"), { kind: "create" });
      expect(await store.get("large", 4)).toMatchObject({ error: { reason: "object_too_large" } });
      expect(await store.get("large", 5)).toMatchObject({ ok: true });
    });

    test("creates only where nothing stands", async () => {
      expect(await store.put("once", toUtf8("first"), { kind: "create" })).toMatchObject({ ok: true });
      expect(await store.put("once", toUtf8("second"), { kind: "create" })).toMatchObject({
        error: { reason: "precondition_failed" },
      });
      expect(await store.get("once", 10)).toMatchObject({ value: { bytes: toUtf8("first") } });
    });

    test("replaces only the object whose etag the writer has read", async () => {
      const first = await store.put("channel", toUtf8("one"), { kind: "create" });
      if (!first.ok) throw new Error(first.error.detail);
      const replace = { kind: "replace" as const, etag: first.value.etag };
      expect(await store.put("channel", toUtf8("two"), replace)).toMatchObject({ ok: true });
      expect(await store.put("channel", toUtf8("three"), replace)).toMatchObject({
        error: { reason: "precondition_failed" },
      });
      expect(await store.get("channel", 10)).toMatchObject({ value: { bytes: toUtf8("two") } });
    });

    test("does not replace what is not there", async () => {
      const etag = "0123456789abcdef0123456789abcdef";
      expect(await store.put("gone", toUtf8("x"), { kind: "replace", etag })).toMatchObject({
        error: { reason: "precondition_failed" },
      });
    });

    test("lets one of two simultaneous creations win", async () => {
      const writes = await Promise.all(
        ["left", "right"].map((text) => store.put("race", toUtf8(text), { kind: "create" })),
      );
      expect(writes.filter((write) => write.ok)).toHaveLength(1);
    });

    test("lists the keys under a prefix in order", async () => {
      for (const key of ["channels/b.json", "channels/a.json", "channels/c.json", "blobs/x"]) {
        await store.put(key, toUtf8(key), { kind: "create" });
      }
      expect(await keysOf(store, "channels/")).toEqual(["channels/a.json", "channels/b.json", "channels/c.json"]);
      expect(await keysOf(store, "channels/", "channels/a.json")).toEqual(["channels/b.json", "channels/c.json"]);
      expect(await keysOf(store, "channels/", "channels/bb")).toEqual(["channels/c.json"]);
      expect(await keysOf(store, "nothing/")).toEqual([]);
    });

    test("lists how large an object is and when it was written, anew after a write", async () => {
      const first = await store.put("blobs/x", toUtf8("one"), { kind: "create" });
      if (!first.ok) throw new Error(first.error.detail);
      const [before] = await listed(store, "blobs/");
      expect(before.bytes).toBe(3);
      await store.put("blobs/x", toUtf8("three"), { kind: "replace", etag: first.value.etag });
      const [after] = await listed(store, "blobs/");
      expect(after.bytes).toBe(5);
      expect(after.writtenAt).toBeGreaterThanOrEqual(before.writtenAt);
    });

    test("removes what is there, and takes what is not there for removed", async () => {
      await store.put("blobs/x", toUtf8("one"), { kind: "create" });
      expect(await store.remove("blobs/x")).toEqual({ ok: true, value: null });
      expect(await store.get("blobs/x", 10)).toMatchObject({ error: { reason: "not_found" } });
      expect(await keysOf(store, "blobs/")).toEqual([]);
      expect(await store.remove("blobs/x")).toEqual({ ok: true, value: null });
      expect(await store.put("blobs/x", toUtf8("two"), { kind: "create" })).toMatchObject({ ok: true });
    });
  });
}

async function listed(store: ObjectStore, prefix: string, after?: string): Promise<ListedObject[]> {
  const page = await store.list(prefix, after);
  if (!page.ok) throw new Error(page.error.detail);
  expect(page.value.more).toBe(false);
  return page.value.objects;
}

const keysOf = async (...query: Parameters<typeof listed>) => (await listed(...query)).map(({ key }) => key);
