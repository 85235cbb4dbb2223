// A model cache over a registry in memory that can be made to fail, a clock that stands still until it is moved, and
// models that compute nothing but tell when they are loaded and disposed of.

import { fail, ok } from "../../../src/base/result.ts";
import {
  createModelCache,
  type ModelCacheDeps,
  type Selector,
  type ServedModel,
} from "../../../src/registry/cache/model-cache.ts";
import type { CacheEvent } from "../../../src/registry/cache/refresh-channels.ts";
import { changeChannels, readForChange } from "../../../src/registry/channels/change-channels.ts";
import { planPromotion, type PromotionOrder } from "../../../src/registry/channels/plan-promotion.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import type { StoredObject } from "../../../src/registry/store/object-store.ts";
import { publishBundle, type Publication } from "../../../src/registry/publish-bundle.ts";
import { createKey, signedDigits } from "../signed-bundle.ts";

export const REFRESH_MS = 15_000;

const author = { at: "2026-11-22T10:00:00Z", by: "tester" };

export type CachedDigits = Awaited<ReturnType<typeof cacheDigits>>;

/** Publishes the digits as 1.0.0 on `stable`. */
export async function cacheDigits(replace: Partial<ModelCacheDeps> = {}) {
  const key = await createKey();
  const objects = new Map<string, StoredObject>();
  const store = createMemoryStore(objects);
  const clock = { ms: Date.UTC(2026, 10, 22, 10) };
  const storage: { state: "up" | "down" | "silent" } = { state: "up" };
  const reads: string[] = [];
  const loads: string[] = [];
  const disposed: string[] = [];
  const events: CacheEvent[] = [];
  const work: Promise<unknown>[] = [];
  const bundles = new Map<string, Publication>();

  const answer = async <Value>(read: () => Promise<Value>) => {
    if (storage.state === "silent") await new Promise(() => undefined);
    return storage.state === "up" ? read() : fail("storage_unavailable", "down");
  };
  const reader: ModelCacheDeps["store"] = {
    get: (name, maxBytes) => (reads.push(name), answer(() => store.get(name, maxBytes))),
    list: (prefix) => answer(() => store.list(prefix)),
  };
  const cache = createModelCache({
    store: reader,
    trustedKeys: [key.publicKey],
    loadModel: ({ manifest, digest }) => {
      loads.push(manifest.version);
      return ok({ manifest, digest, run: () => [], dispose: () => void disposed.push(manifest.version) });
    },
    now: () => clock.ms,
    refreshMs: REFRESH_MS,
    budgetBytes: 64 * 1024 * 1024,
    report: (event) => void events.push(event),
    ...replace,
  });

  async function publish(version: string, channel?: string): Promise<Publication> {
    const bundle = await signedDigits(key, version);
    bundles.set(version, bundle);
    const published = await publishBundle(store, bundle, { ...author, ...(channel !== undefined && { channel }) });
    if (!published.ok) throw new Error(published.error.detail);
    return bundle;
  }

  function pointer(version: string) {
    const { digest } = bundles.get(version) ?? {};
    if (digest === undefined) throw new Error(`${version} has not been published`);
    return { version, digest };
  }

  async function promote(order: PromotionOrder): Promise<void> {
    const read = await readForChange(store, "mnist");
    if (!read.ok) throw new Error(read.error.detail);
    const changed = await changeChannels(store, read.value, (before) => planPromotion(before, order, author));
    if (!changed.ok) throw new Error(changed.error.detail);
  }

  /** Asks as a request does; `end` ends the request. */
  async function begin(selector: Selector = { channel: "stable" }) {
    const releases: (() => void)[] = [];
    const scope = {
      keepAlive: (promise: Promise<unknown>) => void work.push(promise),
      onEnd: (release: () => void) => void releases.push(release),
    };
    const got = await cache.get("mnist", selector, scope);
    return { got, end: () => releases.forEach((release) => release()) };
  }

  /** A whole request: the version and channel that answered, or the reason why none did. */
  async function ask(selector?: Selector): Promise<string> {
    const { got, end } = await begin(selector);
    end();
    return got.ok ? describe(got.value) : got.error.reason;
  }

  await publish("1.0.0", "stable");
  return {
    cache,
    clock,
    storage,
    reads,
    loads,
    disposed,
    events,
    objects,
    bundles,
    publish,
    promote,
    pointer,
    begin,
    ask,
    /** Waits for the work that requests left behind. */
    settle: async () => {
      while (work.length > 0) await work.shift();
    },
  };
}

const describe = ({ manifest, channel }: ServedModel) => `${manifest.version}@${channel ?? "-"}`;
