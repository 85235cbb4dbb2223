import { beforeEach, describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/result.ts";
import { fetchBundle } from "../../src/registry/fetch-bundle.ts";
import { blobKey, channelsKey, manifestKey, signatureKey } from "../../src/registry/layout.ts";
import { createMemoryStore } from "../../src/registry/memory.ts";
import type { ObjectStore, StoredObject } from "../../src/registry/object-store.ts";
import { publishBundle, type Publication } from "../../src/registry/publish-bundle.ts";
import { createKey, signedDigits } from "./signed-bundle.ts";

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

const fetchDigits = (from = store) => fetchBundle(from, [key.publicKey], "mnist", "stable");

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
    expect(await fetchBundle(store, [], "mnist", "stable")).toMatchObject({ error: { reason: "bundle_unverifiable" } });
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

  test("says model_not_found for a name or a channel that is not there, and for names no model can have", async () => {
    for (const name of ["absent", "../mnist", "MNIST", "a/b", ""]) {
      expect(await fetchBundle(store, [key.publicKey], name, "stable")).toMatchObject({
        error: { reason: "model_not_found" },
      });
    }
    expect(await fetchBundle(store, [key.publicKey], "mnist", "canary")).toMatchObject({
      error: { reason: "model_not_found" },
    });
  });

  test("does not take an object's prototype for a channel", async () => {
    expect(await fetchBundle(store, [key.publicKey], "mnist", "constructor")).toMatchObject({
      error: { reason: "model_not_found" },
    });
  });

  test("calls a broken channel document unverifiable and an outage an outage", async () => {
    const down: ObjectStore = { ...store, get: async () => fail("storage_unavailable", "down") };
    expect(await fetchDigits(down)).toMatchObject({ error: { reason: "storage_unavailable" } });
    objects.set(channelsKey("mnist"), { bytes: toUtf8("{"), etag: "x" });
    expect(await fetchDigits()).toMatchObject({ error: { reason: "bundle_unverifiable" } });
  });
});
