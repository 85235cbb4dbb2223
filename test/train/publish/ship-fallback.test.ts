// What is shipped with a Worker: the stable version as the registry has it, and nothing that the Worker would refuse.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fail } from "../../../src/base/result.ts";
import { createModelCache } from "../../../src/registry/cache/model-cache.ts";
import { createAssetReader } from "../../../src/registry/store/asset-reader.ts";
import { channelsKey } from "../../../src/registry/layout.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { publishBundle } from "../../../src/registry/publish-bundle.ts";
import { shipFallback } from "../../../train/publish/ship-fallback.ts";
import { createKey, signedDigits } from "../../registry/signed-bundle.ts";

const author = { at: "2026-11-22T10:00:00Z", by: "ann@example.org" };
const store = createMemoryStore();
let key: Awaited<ReturnType<typeof createKey>>;
let folder: string;

beforeAll(async () => {
  key = await createKey();
  await publishBundle(store, await signedDigits(key, "1.0.0"), { channel: "stable", ...author });
  await publishBundle(store, await signedDigits(key, "1.1.0"), { channel: "stable", ...author });
  await publishBundle(store, await signedDigits(key, "1.2.0"), { channel: "shadow", ...author });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-fallback-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the stable version is shipped, without the history and the other channels", async () => {
  expect(await shipFallback(store, "mnist", [key.publicKey], folder)).toEqual({
    ok: true,
    value: { version: "1.1.0" },
  });
  expect(await readdir(join(folder, "bundles/mnist"))).toEqual(["1.1.0"]);
  expect(JSON.parse(await readFile(join(folder, channelsKey("mnist")), "utf8"))).toEqual({
    schemaVersion: 2,
    model: "mnist",
    channels: { stable: { version: "1.1.0", digest: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    history: [],
  });
});

test("what is shipped is what a Worker answers with that cannot reach its storage", async () => {
  await shipFallback(store, "mnist", [key.publicKey], folder);
  const down = async () => fail("storage_unavailable", "down");
  const cache = createModelCache({
    store: { get: down, list: down },
    fallback: createAssetReader({
      fetch: async (url) =>
        readFile(join(folder, new URL(url).pathname)).then(
          (bytes) => new Response(Uint8Array.from(bytes)),
          () => new Response(null, { status: 404 }),
        ),
    }),
    trustedKeys: [key.publicKey],
    loadModel: (bundle) => ({ ok: true, value: { ...bundle, run: () => [], dispose: () => undefined } }),
    now: () => Date.UTC(2026, 10, 22, 10),
    refreshMs: 15_000,
    budgetBytes: 1e9,
    report: () => undefined,
  });
  const scope = { keepAlive: () => undefined, onEnd: () => undefined };
  expect(await cache.get("mnist", { channel: "stable" }, scope)).toMatchObject({
    value: { manifest: { version: "1.1.0" } },
  });
});

test("a model that is not there, one without a stable version, and a bundle by another key are refused", async () => {
  expect(await shipFallback(store, "absent", [key.publicKey], folder)).toMatchObject({
    error: { reason: "model_not_found" },
  });
  const beta = createMemoryStore();
  await publishBundle(beta, await signedDigits(key), { channel: "beta", ...author });
  expect(await shipFallback(beta, "mnist", [key.publicKey], folder)).toMatchObject({
    error: { reason: "fallback_missing" },
  });
  const { publicKey } = await createKey();
  expect(await shipFallback(store, "mnist", [publicKey], folder)).toMatchObject({
    error: { reason: "bundle_unverifiable" },
  });
  expect(await readdir(folder)).toEqual([]);
});
