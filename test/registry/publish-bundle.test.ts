import { beforeAll, describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { fail, ok } from "../../src/base/result.ts";
import { readChannels } from "../../src/registry/channels/read-channels.ts";
import { blobKey, channelsKey, manifestKey } from "../../src/registry/layout.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import type { ObjectStore, StoredObject } from "../../src/registry/store/object-store.ts";
import { publishBundle, type Publication } from "../../src/registry/publish-bundle.ts";
import { createKey, fetchChannel, signedDigits } from "./signed-bundle.ts";

const to = { channel: "stable", at: "2026-11-22T10:00:00Z", by: "tester" };

let key: Awaited<ReturnType<typeof createKey>>;
let first: Publication;
let second: Publication;

beforeAll(async () => {
  key = await createKey();
  first = await signedDigits(key, "1.0.0");
  second = await signedDigits(key, "1.1.0");
});

/** A store that fails every write after the first `writes`. */
function cutAfter(store: ObjectStore, writes: number): ObjectStore {
  let left = writes;
  return {
    ...store,
    put: async (...write) => (left-- > 0 ? store.put(...write) : fail("storage_unavailable", "cut")),
  };
}

const served = async (store: ObjectStore) => {
  const fetched = await fetchChannel(store, [key.publicKey]);
  return fetched.ok ? fetched.value.manifest.version : fetched.error.reason;
};

describe("publishing a bundle", () => {
  test("makes it fetchable by channel, with its history", async () => {
    const store = createMemoryStore();
    expect(await publishBundle(store, first, to)).toEqual(ok({ changed: true }));
    expect(await served(store)).toBe("1.0.0");
    const { digest } = first;
    expect(await readChannels(store, "mnist")).toMatchObject({
      value: {
        channels: {
          schemaVersion: 2,
          model: "mnist",
          channels: { stable: { version: "1.0.0", digest } },
          history: [{ ...to, action: "promote", version: "1.0.0", digest }],
        },
      },
    });
  });

  test("twice changes nothing the second time", async () => {
    const objects = new Map<string, StoredObject>();
    const store = createMemoryStore(objects);
    await publishBundle(store, first, to);
    const before = new Map(objects);
    expect(await publishBundle(store, first, to)).toEqual(ok({ changed: false }));
    expect(objects).toEqual(before);
  });

  test("cut after any write leaves the old version serving, and a rerun finishes", async () => {
    for (let writes = 0; ; writes++) {
      const store = createMemoryStore();
      await publishBundle(store, first, to);
      const cut = await publishBundle(cutAfter(store, writes), second, to);
      if (cut.ok) {
        // Blobs are shared with 1.0.0 and written again all the same, then the manifest, the signature and the channel.
        expect(writes).toBe(second.manifest.files.length + 3);
        break;
      }
      expect(await served(store)).toBe("1.0.0");
      expect(await publishBundle(store, second, to)).toEqual(ok({ changed: true }));
      expect(await served(store)).toBe("1.1.0");
    }
  });

  test("cut during the very first publication serves nothing, and a rerun finishes", async () => {
    const writes = first.manifest.files.length + 2;
    const store = createMemoryStore();
    expect(await publishBundle(cutAfter(store, writes), first, to)).toMatchObject({
      error: { reason: "storage_unavailable" },
    });
    expect(await served(store)).toBe("model_not_found");
    await publishBundle(store, first, to);
    expect(await served(store)).toBe("1.0.0");
  });

  test("writes blobs first, then manifest and signature, the channel last", async () => {
    const store = createMemoryStore();
    const written: string[] = [];
    await publishBundle(
      { ...store, put: (name, ...rest) => (written.push(name), store.put(name, ...rest)) },
      first,
      to,
    );
    const folders = written.map((name) => name.split("/")[0]);
    expect(folders).toEqual([...first.manifest.files.map(() => "blobs"), "bundles", "bundles", "channels"]);
    expect(written.at(-3)).toBe(manifestKey("mnist", "1.0.0"));
  });

  test("refuses other content under a version that is taken", async () => {
    const store = createMemoryStore();
    await store.put(manifestKey("mnist", "1.0.0"), toUtf8("{}"), { kind: "create" });
    expect(await publishBundle(store, first, to)).toMatchObject({ error: { reason: "version_exists" } });
  });

  test("refuses a version whose signature is by another key", async () => {
    const store = createMemoryStore();
    await publishBundle(store, await signedDigits(await createKey()), to);
    expect(await publishBundle(store, first, to)).toMatchObject({ error: { reason: "signature_exists" } });
  });

  test("repairs a blob whose bytes are not those of its address", async () => {
    const store = createMemoryStore();
    const [file] = first.manifest.files;
    await store.put(blobKey(file.sha256), toUtf8("damaged"), { kind: "create" });
    await publishBundle(store, first, to);
    expect(await served(store)).toBe("1.0.0");
  });

  test("without a channel uploads all of it, and nothing names it", async () => {
    const store = createMemoryStore();
    const { at, by } = to;
    expect(await publishBundle(store, first, { at, by })).toEqual(ok({ changed: false }));
    expect(await store.get(manifestKey("mnist", "1.0.0"), 1e6)).toMatchObject({ ok: true });
    expect(await served(store)).toBe("model_not_found");
  });

  test("gives the blobs that it finds a new date, so that they are not collected before it has named them", async () => {
    let now = 1000;
    const store = createMemoryStore(new Map(), () => now);
    await publishBundle(store, first, { at: to.at, by: to.by });
    now = 2000;
    await publishBundle(store, second, to);
    const listed = await store.list("blobs/");
    expect(listed.ok && new Set(listed.value.objects.map(({ writtenAt }) => writtenAt))).toEqual(new Set([2000]));
  });

  test("loses to a publication that moved the channel meanwhile", async () => {
    const store = createMemoryStore();
    await publishBundle(store, first, to);
    const third = await signedDigits(key, "1.2.0");
    const racing: ObjectStore = {
      ...store,
      put: async (objectKey, ...rest) => {
        if (objectKey === channelsKey("mnist")) await publishBundle(store, third, to);
        return store.put(objectKey, ...rest);
      },
    };
    expect(await publishBundle(racing, second, to)).toMatchObject({ error: { reason: "channel_conflict" } });
    expect(await served(store)).toBe("1.2.0");
  });

  test("stops at a channel document that it cannot read", async () => {
    const store = createMemoryStore();
    await store.put(channelsKey("mnist"), toUtf8("not json"), { kind: "create" });
    expect(await publishBundle(store, first, to)).toMatchObject({ error: { reason: "channels_invalid" } });
  });
});
