// The models of this isolate. A model is loaded once however many requests ask for it at the same time, and a load
// that failed is forgotten, so that the next request tries again.

import type { Failure, Result } from "../base/result.ts";
import { fail } from "../base/result.ts";
import type { PublicKey } from "../bundle/public-key.ts";
import type { Bundle } from "../bundle/verify-bundle.ts";
import type { LoadReason } from "../model/load-model.ts";
import type { Model } from "../model/model.ts";
import { fetchBundle, type FetchReason } from "./fetch-bundle.ts";
import type { ObjectStore } from "./object-store.ts";

export type GetModelResult = Result<Model, Failure<FetchReason>>;

export type ModelCache = {
  /** `keepAlive` is told of a load this call began, so that it ends even if the caller goes away. */
  get(name: string, channel: string, keepAlive: (load: Promise<unknown>) => void): Promise<GetModelResult>;
};

export function createModelCache(deps: {
  store: ObjectStore;
  trustedKeys: readonly PublicKey[];
  loadModel: (bundle: Bundle) => Result<Model, Failure<LoadReason>>;
}): ModelCache {
  const loads = new Map<string, Promise<GetModelResult>>();

  async function load(name: string, channel: string): Promise<GetModelResult> {
    const bundle = await fetchBundle(deps.store, deps.trustedKeys, name, channel);
    if (!bundle.ok) return bundle;
    const model = deps.loadModel(bundle.value);
    return model.ok ? model : fail("bundle_unverifiable", model.error.detail);
  }

  return {
    get(name, channel, keepAlive) {
      const key = `${name}@${channel}`;
      const begun = loads.get(key);
      if (begun) return begun;
      const started = load(name, channel).then(
        (result) => {
          if (!result.ok) loads.delete(key);
          return result;
        },
        (error: unknown) => {
          loads.delete(key);
          throw error;
        },
      );
      loads.set(key, started);
      keepAlive(started.catch(() => undefined));
      return started;
    },
  };
}
