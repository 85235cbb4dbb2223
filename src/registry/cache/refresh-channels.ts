// Brings what an isolate knows of a model up to date, behind the requests: the old version answers while the new one is
// fetched, verified and replayed, and goes on answering if anything fails.

import type { Failure } from "../../base/result.ts";
import { CANARY, STABLE, type ChannelPointer } from "../channels/channels.ts";
import { readChannels } from "../channels/read-channels.ts";
import type { ObjectReader } from "../store/object-store.ts";
import type { FollowedChannels, RefreshFailure } from "./followed-channels.ts";
import type { KeepAlive, ModelLoader } from "./model-loader.ts";

/** What happens behind the requests, for the log. */
export type CacheEvent =
  | { event: "channel_moved"; model: string; channel: string; version: string; digest: string }
  | { event: "channel_ended"; model: string; channel: string }
  | { event: "fallback_used"; model: string }
  | ({ event: "refresh_failed"; model: string; channel?: string; version?: string } & RefreshFailure);

export type RefreshDeps = {
  store: ObjectReader;
  loader: ModelLoader;
  now: () => number;
  /** How old a channel document may be before a request has it read again. */
  refreshMs: number;
  report: (event: CacheEvent) => void;
};

/** A refresh this old died with the request that began it. */
const REFRESH_LIMIT_MS = 60_000;

/** Begins a refresh if one is due; never waits for it. */
export function refreshIfDue(deps: RefreshDeps, followed: FollowedChannels, keepAlive: KeepAlive): void {
  const ageMs = deps.now() - followed.triedAt;
  if (ageMs < deps.refreshMs || (followed.refreshing && ageMs < REFRESH_LIMIT_MS)) return;
  const own = Symbol(followed.name);
  followed.refreshing = own;
  followed.triedAt = deps.now();
  const isCurrent = () => followed.refreshing === own;
  const done = refresh(deps, followed, isCurrent, keepAlive)
    .catch((bug: unknown) => {
      followed.failure = toFailure(deps, { reason: "internal_error", detail: bug instanceof Error ? bug.name : "bug" });
      deps.report({ event: "refresh_failed", model: followed.name, ...followed.failure });
    })
    .finally(() => {
      if (isCurrent()) delete followed.refreshing;
    });
  keepAlive(done);
}

async function refresh(
  deps: RefreshDeps,
  followed: FollowedChannels,
  isCurrent: () => boolean,
  keepAlive: KeepAlive,
): Promise<void> {
  const { name, active } = followed;
  const read = await readChannels(deps.store, name);
  if (!isCurrent()) return;
  if (!read.ok) {
    followed.failure = toFailure(deps, read.error);
    deps.report({ event: "refresh_failed", model: name, ...followed.failure });
    return;
  }
  delete followed.failure;
  followed.document = read.value.channels;
  followed.source = "storage";
  followed.readAt = deps.now();
  const wanted = new Map(Object.entries(read.value.channels.channels));
  for (const [channel, pointer] of wanted) {
    await follow(deps, followed, channel, pointer, keepAlive);
    if (!isCurrent()) return;
  }
  for (const channel of active.keys()) {
    if (wanted.has(channel)) continue;
    active.delete(channel);
    followed.failures.delete(channel);
    deps.report({ event: "channel_ended", model: name, channel });
  }
}

/** Loads what a channel in use names from now on, and only then lets it answer. */
async function follow(
  deps: RefreshDeps,
  { name, active, used, failures }: FollowedChannels,
  channel: string,
  wanted: ChannelPointer,
  keepAlive: KeepAlive,
): Promise<void> {
  const isMoved = active.get(channel)?.digest !== wanted.digest;
  // The canary answers callers of stable.
  const isUsed = used.has(channel) || (channel === CANARY && used.has(STABLE));
  if (isUsed && (isMoved || failures.has(channel))) {
    const loaded = await deps.loader.load(name, wanted, keepAlive);
    if (!loaded.ok) {
      const failure = toFailure(deps, loaded.error);
      failures.set(channel, failure);
      deps.report({ event: "refresh_failed", model: name, channel, version: wanted.version, ...failure });
      return;
    }
    loaded.value.release();
  }
  failures.delete(channel);
  active.set(channel, wanted);
  const { version, digest } = wanted;
  if (isMoved) deps.report({ event: "channel_moved", model: name, channel, version, digest });
}

export const toFailure = ({ now }: Pick<RefreshDeps, "now">, { reason, detail }: Failure<string>): RefreshFailure => ({
  reason,
  detail,
  at: new Date(now()).toISOString(),
});
