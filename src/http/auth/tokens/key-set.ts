// An issuer's public keys: given with the configuration, or fetched, kept, and fetched anew when a token names another.

import { createLocalJWKSet } from "jose";
import { parseJsonWithin } from "../../../base/parse-json-within.ts";
import { parseShape } from "../../../base/parse-shape.ts";
import { readAtMost } from "../../../base/read-at-most.ts";
import { keySetSchema, type KeySet } from "./token-issuers.ts";

/** Finds the key that a token's header names. */
export type FindKey = ReturnType<typeof createLocalJWKSet>;

/** Told of work that goes on after the answer. */
export type KeepAlive = (work: Promise<unknown>) => void;

/** Undefined while the keys cannot be had. `refresh` asks for newer ones than those that were given before. */
export type GetKeys = (keepAlive: KeepAlive, refresh?: boolean) => Promise<FindKey | undefined>;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** From this age on, keys are fetched anew while the old ones still serve. */
const FRESH_MS = 10 * 60 * 1000;

/** How long the old ones serve if the issuer cannot be reached; a key withdrawn meanwhile is still taken for so long. */
const USABLE_MS = 60 * 60 * 1000;

/** However many tokens name unknown keys, the issuer is not asked more often. */
const PAUSE_MS = 30 * 1000;

const TIMEOUT_MS = 5000;
const MAX_BYTES = 64 * 1024;
const JSON_LIMITS = { depth: 8, values: 5000 };

export function createFixedKeys(keySet: KeySet): GetKeys {
  const findKey = createLocalJWKSet(keySet);
  return async () => findKey;
}

export function createFetchedKeys(url: string, fetch: Fetch, now: () => number): GetKeys {
  let kept: { findKey: FindKey; at: number } | undefined;
  let askedAt = -Infinity;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      const keySet = await fetchKeySet(url, fetch);
      if (keySet) kept = { findKey: createLocalJWKSet(keySet), at: now() };
    } catch {
      // The keys that are kept serve for a while.
    }
  }

  return async (keepAlive, refresh = false) => {
    const age = now() - (kept?.at ?? -Infinity);
    if (!asking && (refresh || age > FRESH_MS) && now() - askedAt > PAUSE_MS) {
      askedAt = now();
      asking = ask().finally(() => (asking = undefined));
      keepAlive(asking);
    }
    if (asking && (refresh || age > USABLE_MS)) await asking;
    return kept && now() - kept.at <= USABLE_MS ? kept.findKey : undefined;
  };
}

async function fetchKeySet(url: string, fetch: Fetch): Promise<KeySet | undefined> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    // A key set that moved is for the configuration to follow.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) return undefined;
  const bytes = await readAtMost(response.body, MAX_BYTES);
  const json = bytes && parseJsonWithin(bytes, JSON_LIMITS);
  const keySet = json?.ok ? parseShape(keySetSchema, json.value) : undefined;
  return keySet?.ok ? keySet.value : undefined;
}
