import { beforeEach, describe, expect, test } from "vitest";
import { fail } from "../../src/base/result.ts";
import { fetchBundle } from "../../src/registry/fetch-bundle.ts";
import { blobKey, manifestKey, signatureKey } from "../../src/registry/layout.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import type { ObjectStore, StoredObject } from "../../src/registry/store/object-store.ts";
import { publishBundle, type Publication } from "../../src/registry/publish-bundle.ts";
import { createKey, fetchChannel, signedDigits } from "./signed-bundle.ts";

const to = { channel: "stable", at: "2026-11-22T10:00:00Z", by: "tester" };

let objects: Map<string, StoredObject>;
let store: ObjectStore;
let key: Awaited<ReturnType<typeof createKey>>;
let bundle: Publication;

beforeEach(async () => {
  objects = new Map();
  store = createMemoryStore(objects);
  key = await createKey();
  bundle = await signedDigits(key);
  await publishBundle(store, bundle, to);
});

const fetchDigits = (from = store) => fetchChannel(from, [key.publicKey]);

describe("fetching a bundle", () => {
  test("gives every file with the manifest's digest", async () => {
    expect(await fetchDigits()).toEqual({
      ok: true,
      value: { manifest: bundle.manifest, digest: bundle.digest, files: bundle.files },
    });
  });

  test("refuses a changed byte at the beginning, middle or end of any object", async () => {
    for (const [name, stored] of objects) {
      for (const at of [0, stored.bytes.length >> 1, stored.bytes.length - 1]) {
        const bytes = stored.bytes.slice();
        bytes[at] ^= 1;
        objects.set(name, { ...stored, bytes });
        expect(await fetchDigits(), `${name} at ${at}`).toMatchObject({ ok: false });
      }
      objects.set(name, stored);
    }
    expect(await fetchDigits()).toMatchObject({ ok: true });
  });

  test("refuses a bundle any object of which is missing", async () => {
    for (const name of [
      manifestKey("mnist", "1.0.0"),
      signatureKey("mnist", "1.0.0"),
      blobKey(bundle.manifest.files[0].sha256),
    ]) {
      const stored = objects.get(name);
      objects.delete(name);
      expect(await fetchDigits(), name).toMatchObject({ error: { reason: "bundle_unverifiable" } });
      if (stored) objects.set(name, stored);
    }
  });

  test("refuses a bundle when no key is trusted", async () => {
    expect(await fetchChannel(store, [])).toMatchObject({ error: { reason: "bundle_unverifiable" } });
  });

  test("refuses a well-signed bundle that stands in another version's place", async () => {
    await publishBundle(store, await signedDigits(key, "1.1.0"), to);
    for (const keyOf of [manifestKey, signatureKey]) {
      const older = objects.get(keyOf("mnist", "1.0.0"));
      if (older) objects.set(keyOf("mnist", "1.1.0"), older);
    }
    expect(await fetchDigits()).toMatchObject({
      error: { detail: "the stored bundle is not the one that the channel names" },
    });
  });

  test("refuses a bundle whose key is trusted later or was trusted earlier", async () => {
    const { publicKey } = key;
    const early = { ...publicKey, notBefore: "2026-11-22T10:00:01Z" };
    const late = { ...publicKey, notAfter: "2026-11-22T09:59:59Z" };
    for (const untimely of [early, late]) {
      expect(await fetchChannel(store, [untimely])).toMatchObject({
        error: {
          reason: "bundle_unverifiable",
          detail: "model.sig was made by a key that is not trusted at this time",
        },
      });
    }
  });

  test("refuses a bundle larger than the caller takes before it fetches a file", async () => {
    const read: string[] = [];
    const watched = { get: (name: string, maxBytes: number) => (read.push(name), store.get(name, maxBytes)) };
    const pointer = { version: "1.0.0", digest: bundle.digest };
    const bytes = bundle.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const terms = { trustedKeys: [key.publicKey], at: "2026-11-22T10:00:00Z", maxBytes: bytes - 1 };
    expect(await fetchBundle(watched, "mnist", pointer, terms)).toMatchObject({
      error: { reason: "bundle_too_large" },
    });
    expect(read).toEqual([manifestKey("mnist", "1.0.0"), signatureKey("mnist", "1.0.0")]);
  });

  test("calls an outage an outage", async () => {
    const down = { get: async () => fail("storage_unavailable", "down") };
    const pointer = { version: "1.0.0", digest: bundle.digest };
    const terms = { trustedKeys: [key.publicKey], at: "2026-11-22T10:00:00Z", maxBytes: 1e9 };
    expect(await fetchBundle(down, "mnist", pointer, terms)).toMatchObject({
      error: { reason: "storage_unavailable" },
    });
  });
});
