// The R2 that `wrangler dev` uses, opened from Node: Wrangler gives a script the bindings of wrangler.toml.

import type { Bindings } from "../../src/edge.ts";
import type { ObjectStore } from "../../src/registry/object-store.ts";
import { createR2Store } from "../../src/registry/r2.ts";

export type OpenStore = { store: ObjectStore; close: () => Promise<void> };

export async function openLocalStore(): Promise<OpenStore> {
  // Wrangler takes the better part of a second to load, which only whoever opens its R2 should pay.
  const { getPlatformProxy } = await import("wrangler");
  const proxy = await getPlatformProxy<Bindings>({ remoteBindings: false });
  return { store: createR2Store(proxy.env.BUNDLES), close: () => proxy.dispose() };
}
