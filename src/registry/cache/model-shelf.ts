// The loaded models of this isolate under a budget of bytes: when it is exceeded, the least recently used go first. A
// model that somebody holds is never disposed of; the budget is exceeded rather than a request broken.

import type { Model } from "../../model/model.ts";

/** `release` may be called more than once. */
export type Lease = { model: Model; release(): void };

export type ModelShelf = {
  /** Undefined for a model that is not loaded. */
  take(digest: string): Lease | undefined;
  has(digest: string): boolean;
  /** Takes a loaded model over; `bytes` is what its weights take. Gives a lease of it. */
  add(model: Model, bytes: number): Lease;
};

/** A holder this old is gone: the platform ends a request whose caller is away without running it to its end. */
const HOLD_LIMIT_MS = 15 * 60_000;

type Place = { model: Model; bytes: number; heldSince: Map<symbol, number> };

export function createModelShelf({ budgetBytes, now }: { budgetBytes: number; now: () => number }): ModelShelf {
  /** In the order of use, the least recently used first. */
  const places = new Map<string, Place>();

  function evict(): void {
    let bytes = [...places.values()].reduce((sum, place) => sum + place.bytes, 0);
    for (const [digest, place] of places) {
      if (bytes <= budgetBytes) return;
      if (isHeld(place)) continue;
      places.delete(digest);
      bytes -= place.bytes;
      place.model.dispose();
    }
  }

  function isHeld({ heldSince }: Place): boolean {
    const oldest = now() - HOLD_LIMIT_MS;
    return [...heldSince.values()].some((since) => since >= oldest);
  }

  function take(digest: string): Lease | undefined {
    const place = places.get(digest);
    if (!place) return undefined;
    places.delete(digest);
    places.set(digest, place);
    const holder = Symbol(digest);
    place.heldSince.set(holder, now());
    const release = () => {
      if (place.heldSince.delete(holder)) evict();
    };
    return { model: place.model, release };
  }

  return {
    take,
    has: (digest) => places.has(digest),
    add(model, bytes) {
      const twin = take(model.digest);
      if (twin) {
        model.dispose();
        return twin;
      }
      const place: Place = { model, bytes, heldSince: new Map() };
      places.set(model.digest, place);
      const lease = take(model.digest);
      evict();
      return lease ?? { model, release: () => undefined };
    },
  };
}
