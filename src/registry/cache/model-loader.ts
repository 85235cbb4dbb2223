// Brings a model from storage onto the shelf: fetched, verified, replayed. Once, however many requests wait for it at the
// same time; a load that failed is forgotten, so that the next request tries again.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { PublicKey } from "../../bundle/signature/public-key.ts";
import type { Bundle } from "../../bundle/signature/verify-bundle.ts";
import type { LoadReason } from "../../model/load-model.ts";
import type { Model } from "../../model/model.ts";
import type { ChannelPointer } from "../channels/channels.ts";
import { fetchBundle, type FetchReason } from "../fetch-bundle.ts";
import type { ObjectReader } from "../store/object-store.ts";
import { createModelShelf, type Lease } from "./model-shelf.ts";

export type LoaderDeps = {
  store: ObjectReader;
  /** What was shipped with the Worker, for the case that storage does not answer. */
  fallback?: ObjectReader;
  trustedKeys: readonly PublicKey[];
  loadModel: (bundle: Bundle) => Result<Model, Failure<LoadReason>> | Promise<Result<Model, Failure<LoadReason>>>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** For the weights of all models together. */
  budgetBytes: number;
};

export type KeepAlive = (work: Promise<unknown>) => void;

export type ModelLoader = {
  /** `keepAlive` is told of a load this call began, so that it ends even if the caller goes away. */
  load(
    name: string,
    pointer: ChannelPointer,
    keepAlive: KeepAlive,
    prefer?: "fallback",
  ): Promise<Result<Lease, Failure<FetchReason>>>;
  isLoaded(pointer: ChannelPointer): boolean;
};

/** A load this old died with the request that began it; storage itself is given up on much earlier. */
const LOAD_LIMIT_MS = 60_000;

type Loaded = Result<Lease, Failure<FetchReason>>;
type Waiter = { resolve: (loaded: Loaded) => void; reject: (bug: unknown) => void };
type Flight = { startedAt: number; waiters: Waiter[] };

export function createModelLoader({
  store,
  fallback,
  trustedKeys,
  loadModel,
  now,
  budgetBytes,
}: LoaderDeps): ModelLoader {
  const shelf = createModelShelf({ budgetBytes, now });
  const flights = new Map<string, Flight>();

  async function bring(name: string, pointer: ChannelPointer, prefer: "fallback" | undefined): Promise<Loaded> {
    const bundle = await fetchFromEither(name, pointer, prefer);
    if (!bundle.ok) return bundle;
    const model = await loadModel(bundle.value);
    if (!model.ok) return fail("bundle_unverifiable", model.error.detail);
    const bytes = bundle.value.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    // Whatever could be fetched fits by itself: a model that did not would be loaded again for every request.
    return ok(shelf.add(model.value, Math.min(bytes + (model.value.addedBytes ?? 0), budgetBytes)));
  }

  async function fetchFromEither(name: string, pointer: ChannelPointer, prefer: "fallback" | undefined) {
    const terms = { trustedKeys, at: new Date(now()).toISOString(), maxBytes: budgetBytes };
    const fetchShipped = () => fallback && fetchBundle(fallback, name, pointer, terms);
    const preferred = prefer === "fallback" ? await fetchShipped() : undefined;
    if (preferred?.ok) return preferred;
    const stored = await fetchBundle(store, name, pointer, terms);
    // A bundle that storage has and that does not verify is not excused by another one.
    if (stored.ok || stored.error.reason !== "storage_unavailable") return stored;
    const shipped = preferred ?? (await fetchShipped());
    if (!shipped || shipped.ok) return shipped ?? stored;
    return fail("storage_unavailable", `${stored.error.detail}; shipped with the Worker: ${shipped.error.detail}`);
  }

  async function fly(key: string, flight: Flight, loading: Promise<Loaded>): Promise<void> {
    try {
      const loaded = await loading;
      // Every waiter gets a lease of its own before the load's own is given back, so that none finds the model gone.
      for (const { resolve } of flight.waiters) {
        const lease = loaded.ok ? shelf.take(loaded.value.model.digest) : undefined;
        resolve(lease ? ok(lease) : loaded);
      }
      if (loaded.ok) loaded.value.release();
    } catch (bug) {
      for (const { reject } of flight.waiters) reject(bug);
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  }

  return {
    isLoaded: ({ digest }) => shelf.has(digest),
    load(name, pointer, keepAlive, prefer) {
      const lease = shelf.take(pointer.digest);
      if (lease) return Promise.resolve(ok(lease));
      const key = `${name}@${pointer.version}:${pointer.digest}`;
      const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
      const begun = flights.get(key);
      if (begun && now() - begun.startedAt < LOAD_LIMIT_MS) {
        begun.waiters.push({ resolve, reject });
        return promise;
      }
      const flight: Flight = { startedAt: now(), waiters: [{ resolve, reject }] };
      flights.set(key, flight);
      keepAlive(fly(key, flight, bring(name, pointer, prefer)));
      return promise;
    },
  };
}
