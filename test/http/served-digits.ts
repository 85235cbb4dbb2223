// The HTTP surface over the released digits model: a memory registry, the real engine and the real decoders, no server.

import type { Hono } from "hono";
import { fail, ok } from "../../src/base/result.ts";
import { createApp, type AppDeps } from "../../src/http/app.ts";
import type { LogLine } from "../../src/http/log/log-line.ts";
import { authenticateOpenly } from "../../src/http/auth/authenticate.ts";
import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";
import type { ShadowRecord } from "../../src/http/shadow/run-shadow.ts";
import { createImageReader } from "../../src/image/read-image.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { changeChannels, readForChange } from "../../src/registry/channels/change-channels.ts";
import type { ChannelPointer } from "../../src/registry/channels/channels.ts";
import { createChannelEditor } from "../../src/registry/channels/edit-channel.ts";
import { planPromotion, type PromotionOrder } from "../../src/registry/channels/plan-promotion.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import { createModelCache, type ModelCacheDeps } from "../../src/registry/cache/model-cache.ts";
import type { ObjectStore, StoredObject } from "../../src/registry/store/object-store.ts";
import { publishBundle } from "../../src/registry/publish-bundle.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { createKey, signedDigits } from "../registry/signed-bundle.ts";
import { expectDescribed } from "./openapi/described-answer.ts";

export type Served = {
  objects: Map<string, StoredObject>;
  log: LogLine[];
  /** While it is down nothing can be read, and what is loaded goes on serving. */
  storage: { isDown: boolean };
  /** What is recorded of shadows. */
  shadows: ShadowRecord[];
  /** Stands still until a test moves it. */
  clock: { ms: number };
  /** Publishes the same model under another version. */
  publish: (version: string, channel?: string) => Promise<void>;
  promote: (plan: (pointer: (version: string) => ChannelPointer) => PromotionOrder) => Promise<void>;
  /** Waits for what requests left to do after their answers. */
  settle: () => Promise<void>;
  /** Every answer is held against the OpenAPI document. */
  request: (path: string, init?: RequestInit) => Promise<Response>;
};

/** `replace` puts other dependencies in the place of the real ones, `cache` others in the place of the model cache's. */
export async function serveDigits(
  replace: Partial<AppDeps> = {},
  cache: Partial<ModelCacheDeps> = {},
): Promise<Served> {
  await useWasmBackend();
  const key = await createKey();
  const objects = new Map<string, StoredObject>();
  const store = createMemoryStore(objects);
  const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
  const digests = new Map<string, string>();
  const publish = async (version: string, channel?: string) => {
    const bundle = await signedDigits(key, version);
    digests.set(version, bundle.digest);
    await publishBundle(store, bundle, { ...author, ...(channel !== undefined && { channel }) });
  };
  await publish("1.0.0", "stable");
  const log: LogLine[] = [];
  const shadows: ShadowRecord[] = [];
  const storage = { isDown: false };
  const down = async () => fail("storage_unavailable", "object storage did not answer");
  const clock = { ms: Date.UTC(2026, 10, 22, 10) };
  let requests = 0;
  const reachable: ObjectStore = {
    ...store,
    get: (...read) => (storage.isDown ? down() : store.get(...read)),
    list: (...read) => (storage.isDown ? down() : store.list(...read)),
  };
  const registry = {
    store: reachable,
    trustedKeys: [key.publicKey],
    now: () => clock.ms,
    budgetBytes: 64 * 1024 * 1024,
  };
  const app: Hono<never> = createApp({
    models: createModelCache({
      ...registry,
      loadModel,
      refreshMs: 15_000,
      report: () => undefined,
      ...cache,
    }),
    editChannel: createChannelEditor(registry),
    readImage: createImageReader(await loadCodecModules()),
    limits: DEFAULT_LIMITS,
    authentication: ok(authenticateOpenly),
    origins: new Set(),
    randomHex: (bytes) => "ab".repeat(bytes),
    now: () => clock.ms,
    newRequestId: () => `request-${++requests}`,
    log: (line) => void log.push(line),
    recordShadow: (record) => void shadows.push(record),
    ...replace,
  }) as never;
  const work: Promise<unknown>[] = [];
  const context = {
    waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    passThroughOnException: () => undefined,
    props: {},
  };
  return {
    objects,
    log,
    shadows,
    storage,
    clock,
    publish,
    promote: async (plan) => {
      const read = await readForChange(store, "mnist");
      if (!read.ok) throw new Error(read.error.detail);
      const order = plan((version) => ({ version, digest: digests.get(version) ?? "" }));
      const changed = await changeChannels(store, read.value, (before) => planPromotion(before, order, author));
      if (!changed.ok) throw new Error(changed.error.detail);
    },
    settle: async () => {
      while (work.length > 0) await work.shift();
    },
    request: async (path, init) => {
      const response = await app.request(path, init, {}, context);
      await expectDescribed(init?.method ?? "GET", path, response);
      return response;
    },
  };
}
