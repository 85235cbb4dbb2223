import { expect, test } from "vitest";
import { fail, ok } from "../../src/base/result.ts";
import type { Model } from "../../src/model/model.ts";
import { createMemoryStore } from "../../src/registry/memory.ts";
import { createModelCache } from "../../src/registry/model-cache.ts";
import { publishBundle } from "../../src/registry/publish-bundle.ts";
import { createKey, signedDigits } from "./signed-bundle.ts";

const to = { channel: "stable", at: "2026-11-22T10:00:00Z", by: "tester" };
const keepAlive = () => undefined;

async function publishedDigits() {
  const key = await createKey();
  const bundle = await signedDigits(key);
  const memory = createMemoryStore();
  await publishBundle(memory, bundle, to);
  const reads: string[] = [];
  const store = { ...memory, get: (name: string, maxBytes: number) => (reads.push(name), memory.get(name, maxBytes)) };
  const model: Model = {
    manifest: bundle.manifest,
    digest: bundle.digest,
    run: () => [{ logits: new Float32Array(10) }],
    dispose: () => undefined,
  };
  return { store, reads, trustedKeys: [key.publicKey], model };
}

test("twenty concurrent first requests load the model once", async () => {
  const { store, reads, trustedKeys, model } = await publishedDigits();
  let loads = 0;
  const cache = createModelCache({ store, trustedKeys, loadModel: () => (loads++, ok(model)) });
  const results = await Promise.all(Array.from({ length: 20 }, () => cache.get("mnist", "stable", keepAlive)));
  expect(results).toEqual(Array.from({ length: 20 }, () => ok(model)));
  expect(loads).toBe(1);
  // The channel, the manifest, its signature, and each file.
  expect(reads).toHaveLength(3 + model.manifest.files.length);
  await cache.get("mnist", "stable", keepAlive);
  expect(reads).toHaveLength(3 + model.manifest.files.length);
});

test("a failed load is forgotten and the next request tries again", async () => {
  const { store, trustedKeys, model } = await publishedDigits();
  const outcomes = [fail("golden_mismatch", "computes something else"), ok(model)];
  const cache = createModelCache({ store, trustedKeys, loadModel: () => outcomes.shift() ?? ok(model) });
  expect(await cache.get("mnist", "stable", keepAlive)).toEqual(fail("bundle_unverifiable", "computes something else"));
  expect(await cache.get("mnist", "stable", keepAlive)).toEqual(ok(model));
});

test("a load that throws is forgotten too", async () => {
  const { store, trustedKeys, model } = await publishedDigits();
  let loads = 0;
  const loadModel = () => {
    if (++loads === 1) throw new Error("a bug");
    return ok(model);
  };
  const cache = createModelCache({ store, trustedKeys, loadModel });
  await expect(cache.get("mnist", "stable", keepAlive)).rejects.toThrow("a bug");
  expect(await cache.get("mnist", "stable", keepAlive)).toEqual(ok(model));
});

test("only the request that began a load is asked to keep it alive", async () => {
  const { store, trustedKeys, model } = await publishedDigits();
  const cache = createModelCache({ store, trustedKeys, loadModel: () => ok(model) });
  let kept = 0;
  await Promise.all([1, 2, 3].map(() => cache.get("mnist", "stable", () => void kept++)));
  expect(kept).toBe(1);
});
