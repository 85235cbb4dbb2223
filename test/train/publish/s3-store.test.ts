import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { checkConditionalWrites } from "../../../train/publish/check-conditional-writes.ts";
import { createS3Store } from "../../../train/publish/s3-store.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { describeChannelChanges } from "../../registry/channels/channel-changes-contract.ts";
import { describeObjectStore } from "../../registry/store/object-store-contract.ts";
import { startS3Server } from "./s3-server.ts";

let server: Awaited<ReturnType<typeof startS3Server>>;

beforeAll(async () => {
  server = await startS3Server({ conditionalWrites: true });
});
afterAll(() => server.stop());

let stores = 0;

const emptyStore = async (): Promise<ObjectStore> => {
  // Each test has a part of the bucket for itself.
  const store = createS3Store(server.config);
  const own = `test-${++stores}/`;
  return {
    get: (key, maxBytes) => store.get(own + key, maxBytes),
    put: (key, bytes, condition) => store.put(own + key, bytes, condition),
    remove: (key) => store.remove(own + key),
    list: async (prefix, after) => {
      const listed = await store.list(own + prefix, after === undefined ? undefined : own + after);
      if (!listed.ok) return listed;
      const objects = listed.value.objects.map((object) => ({ ...object, key: object.key.slice(own.length) }));
      return { ok: true, value: { ...listed.value, objects } };
    },
  };
};

describeObjectStore("S3", emptyStore);
describeChannelChanges("S3", emptyStore);

describe("S3", () => {
  test("a wrong secret is an outage with S3's own code in the sentence", async () => {
    const store = createS3Store({ ...server.config, secretAccessKey: "wrong" });
    expect(await store.put("x", toUtf8("x"), { kind: "create" })).toEqual({
      ok: false,
      error: { reason: "storage_unavailable", detail: "the S3 endpoint answered HTTP 403 (SignatureDoesNotMatch)" },
    });
  });

  test("a bucket that does not exist is an outage, not an empty registry", async () => {
    const store = createS3Store({ ...server.config, bucket: "absent" });
    expect(await store.get("x", 10)).toMatchObject({ error: { reason: "storage_unavailable" } });
  });

  test("an endpoint that does not answer is an outage", async () => {
    const store = createS3Store({ ...server.config, endpoint: "http://127.0.0.1:1" });
    expect(await store.get("x", 10)).toMatchObject({ error: { reason: "storage_unavailable" } });
  });

  test("a server with conditional writes is taken, again and again", async () => {
    const store = createS3Store(server.config);
    expect(await checkConditionalWrites(store)).toEqual({ ok: true, value: null });
    expect(await checkConditionalWrites(store)).toEqual({ ok: true, value: null });
  });

  test("a server that ignores conditional writes is refused", async () => {
    const unsafe = await startS3Server({ conditionalWrites: false });
    expect(await checkConditionalWrites(createS3Store(unsafe.config))).toMatchObject({
      error: { reason: "storage_unsafe" },
    });
    await unsafe.stop();
  });
});
