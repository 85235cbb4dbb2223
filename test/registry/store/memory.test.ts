import { expect, test } from "vitest";
import { fail } from "../../../src/base/result.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { listAll } from "../../../src/registry/store/object-store.ts";
import { describeChannelChanges } from "../channels/channel-changes-contract.ts";
import { describeObjectStore } from "./object-store-contract.ts";

describeObjectStore("memory", async () => createMemoryStore());
describeChannelChanges("memory", async () => createMemoryStore());

test("lists more than a page in as many requests as it takes", async () => {
  const store = createMemoryStore();
  const keys = Array.from({ length: 2500 }, (_, i) => `blobs/${String(i).padStart(4, "0")}`);
  for (const key of keys) await store.put(key, new Uint8Array(1), { kind: "create" });
  const listed = await listAll(store, "blobs/");
  expect(listed.ok && listed.value.map(({ key }) => key)).toEqual(keys);
});

test("a listing that breaks off is an outage, not a short list", async () => {
  const store = createMemoryStore();
  for (let i = 0; i < 1001; i++) await store.put(`blobs/${i}`, new Uint8Array(1), { kind: "create" });
  const broken = {
    list: async (prefix: string, after?: string) =>
      after === undefined ? store.list(prefix) : fail("storage_unavailable", "down"),
  };
  expect(await listAll(broken, "blobs/")).toMatchObject({ error: { reason: "storage_unavailable" } });
});
