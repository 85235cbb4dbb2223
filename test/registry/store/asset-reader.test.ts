import { expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { createAssetReader } from "../../../src/registry/store/asset-reader.ts";

/** Assets that answer each path with what the table says. */
const assets = (answers: Record<string, () => Response>) =>
  createAssetReader({
    fetch: async (url) => answers[new URL(url).pathname]?.() ?? new Response("no such page", { status: 404 }),
  });

test("an asset is read by its key, with its etag", async () => {
  const reader = assets({ "/channels/mnist.json": () => new Response("{}", { headers: { etag: '"x"' } }) });
  expect(await reader.get("channels/mnist.json", 2)).toEqual({ ok: true, value: { bytes: toUtf8("{}"), etag: '"x"' } });
});

test("an asset larger than the caller takes is refused while it is read", async () => {
  const reader = assets({ "/blobs/x": () => new Response("12345") });
  expect(await reader.get("blobs/x", 4)).toMatchObject({ error: { reason: "object_too_large" } });
});

test("an asset that is not there is not found", async () => {
  expect(await assets({}).get("blobs/x", 4)).toMatchObject({ error: { reason: "not_found" } });
});

test("assets that fail or throw are storage that is unavailable", async () => {
  const failing = assets({ "/blobs/x": () => new Response("", { status: 500 }) });
  expect(await failing.get("blobs/x", 4)).toMatchObject({ error: { reason: "storage_unavailable" } });
  const throwing = createAssetReader({ fetch: () => Promise.reject(new Error("secret")) });
  expect(await throwing.get("blobs/x", 4)).toEqual({
    ok: false,
    error: { reason: "storage_unavailable", detail: "the static assets did not answer" },
  });
});
