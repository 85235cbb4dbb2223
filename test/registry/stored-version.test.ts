// Whether a version is in a registry whole, which is asked before a channel is let name it.

import { beforeAll, beforeEach, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/result.ts";
import { blobKey, manifestKey, signatureKey } from "../../src/registry/layout.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import type { ObjectStore, StoredObject } from "../../src/registry/store/object-store.ts";
import { publishBundle, type Publication } from "../../src/registry/publish-bundle.ts";
import { findVersion } from "../../src/registry/stored-version.ts";
import { createKey, signedDigits } from "./signed-bundle.ts";

let bundle: Publication;
let objects: Map<string, StoredObject>;
let store: ObjectStore;

beforeAll(async () => {
  bundle = await signedDigits(await createKey());
});
beforeEach(async () => {
  objects = new Map();
  store = createMemoryStore(objects);
  await publishBundle(store, bundle, { at: "2026-11-22T10:00:00Z", by: "tester" });
});

const reason = async (version = "1.0.0") => {
  const found = await findVersion(store, "mnist", version);
  return found.ok ? "found" : found.error.reason;
};

test("a version that was published is found, with the digest of its manifest", async () => {
  expect(await findVersion(store, "mnist", "1.0.0")).toEqual({
    ok: true,
    value: { version: "1.0.0", digest: bundle.digest },
  });
});

test("a version that was not published is missing", async () => {
  expect(await reason("1.1.0")).toBe("version_missing");
});

test("a version without its signature, or without a file, or with half of one, is incomplete", async () => {
  const file = blobKey(bundle.manifest.files[0].sha256);
  for (const name of [signatureKey("mnist", "1.0.0"), file]) {
    const stored = objects.get(name);
    objects.delete(name);
    expect([name, await reason()]).toEqual([name, "version_incomplete"]);
    if (stored) objects.set(name, stored);
  }
  const stored = objects.get(file);
  if (stored) objects.set(file, { ...stored, bytes: stored.bytes.slice(1) });
  expect(await reason()).toBe("version_incomplete");
});

test("a manifest that is none, or one of another version, is incomplete", async () => {
  const name = manifestKey("mnist", "1.0.0");
  const other = objects.get(name);
  objects.set(name, { bytes: toUtf8("{}"), etag: "x" });
  expect(await reason()).toBe("version_incomplete");
  if (other) objects.set(manifestKey("mnist", "2.0.0"), other);
  expect(await reason("2.0.0")).toBe("version_incomplete");
});

test("storage that does not answer is neither missing nor incomplete", async () => {
  store = { ...store, list: async () => fail("storage_unavailable", "down") };
  expect(await reason()).toBe("storage_unavailable");
});
