// The R2 that `wrangler dev` uses, opened from Node: Wrangler gives a script the bindings of wrangler.toml.

import { setTimeout as sleep } from "node:timers/promises";
import type { Failure, Result } from "../../src/base/result.ts";
import type { Bindings } from "../../src/edge.ts";
import type { ObjectStore } from "../../src/registry/store/object-store.ts";
import { createR2Store } from "../../src/registry/store/r2.ts";

export type OpenStore = { store: ObjectStore; close: () => Promise<void> };

export async function openLocalStore(): Promise<OpenStore> {
  // Wrangler takes the better part of a second to load, which only whoever opens its R2 should pay.
  const { getPlatformProxy } = await import("wrangler");
  const proxy = await getPlatformProxy<Bindings>({ remoteBindings: false });
  return { store: withPatience(createR2Store(proxy.env.BUNDLES)), close: () => proxy.dispose() };
}

const TRIES = 40;
const PAUSE_MS = 500;

/** Its files are locked by whichever process uses them, such as `npm start`, and free again some seconds later. */
export function withPatience(store: ObjectStore, pauseMs = PAUSE_MS): ObjectStore {
  async function patiently<Value, Reason extends string>(
    operation: () => Promise<Result<Value, Failure<Reason>>>,
  ): Promise<Result<Value, Failure<Reason>>> {
    for (let left = TRIES; ; left--) {
      const outcome = await operation();
      if (outcome.ok || outcome.error.reason !== "storage_unavailable" || left === 1) return outcome;
      await sleep(pauseMs);
    }
  }
  return {
    get: (key, maxBytes) => patiently(() => store.get(key, maxBytes)),
    put: (key, bytes, condition) => patiently(() => store.put(key, bytes, condition)),
    remove: (key) => patiently(() => store.remove(key)),
    list: (prefix, after) => patiently(() => store.list(prefix, after)),
  };
}
