// The models of this isolate, by channel or version. A warm request waits for nothing: it is answered with what is loaded,
// and what has changed in storage is brought behind it.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { Model } from "../../model/model.ts";
import { CANARY, channelPointer, SHADOW, STABLE, versionPointer } from "../channels/channels.ts";
import { isInCanary } from "../channels/is-in-canary.ts";
import { listModels, readChannels, type ListedModel } from "../channels/read-channels.ts";
import type { FetchReason } from "../fetch-bundle.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { followChannels, toStatus, type FollowedChannels, type ModelStatus } from "./followed-channels.ts";
import { createModelLoader, type LoaderDeps } from "./model-loader.ts";
import type { Lease } from "./model-shelf.ts";
import { refreshIfDue, toFailure, type RefreshDeps } from "./refresh-channels.ts";

export type GetModelReason = FetchReason | "model_not_found";

/** `subject` tells one caller from another: a caller who has one may be answered by the canary, and then always is. */
export type Selector = { channel: string; subject?: string } | { version: string };

/** The request that asks. */
export type RequestScope = {
  /** Is told of work that is to end even if the caller goes away. */
  keepAlive: (work: Promise<unknown>) => void;
  /** Is told what to do when the request no longer uses the model. */
  onEnd: (release: () => void) => void;
};

/** Valid until its request ends; whoever is handed it does not dispose of it. */
export type ServedModel = Model & {
  /** The channel whose version this is; absent for a version that was asked for as such. */
  readonly channel?: string;
  /** There where another version is to be asked the same and compared, after the answer. */
  readonly shadow?: (scope: RequestScope) => Promise<Result<ServedModel, Failure<GetModelReason>>>;
};

export type GetModelResult = Result<ServedModel, Failure<GetModelReason>>;

export type ModelCache = {
  get(name: string, selector: Selector, scope: RequestScope): Promise<GetModelResult>;
  /** Every model with its channels; while storage does not answer, those that this isolate knows. */
  list(): Promise<Result<ListedModel[], Failure<"storage_unavailable">>>;
  /** Undefined for a model that nobody has asked this isolate for. */
  status(name: string): ModelStatus | undefined;
};

export type ModelCacheDeps = LoaderDeps & Omit<RefreshDeps, "loader"> & { store: Pick<ObjectStore, "get" | "list"> };

export function createModelCache(deps: ModelCacheDeps): ModelCache {
  const { store, fallback, now, report } = deps;
  const loader = createModelLoader(deps);
  const known = new Map<string, FollowedChannels>();

  async function open(name: string): Promise<Result<FollowedChannels, Failure<GetModelReason>>> {
    const before = known.get(name);
    if (before) return ok(before);
    const at = now();
    let source: "storage" | "fallback" = "storage";
    let read = await readChannels(store, name);
    if (!read.ok && read.error.reason === "storage_unavailable" && fallback) {
      const shipped = await readChannels(fallback, name);
      if (shipped.ok) [read, source] = [shipped, "fallback"];
    }
    // Whoever was faster has perhaps moved on since.
    const meanwhile = known.get(name);
    if (meanwhile) return ok(meanwhile);
    if (!read.ok) {
      const { reason, detail } = read.error;
      return fail(reason === "channels_invalid" ? "bundle_unverifiable" : reason, detail);
    }
    const followed = followChannels(name, read.value.channels, { source, at });
    known.set(name, followed);
    if (source === "fallback") report({ event: "fallback_used", model: name });
    return ok(followed);
  }

  /** What the channel answers with here; if that is gone and cannot be had again, what the document names. */
  async function load(
    followed: FollowedChannels,
    channel: string,
    { keepAlive }: RequestScope,
  ): Promise<Result<Lease, Failure<GetModelReason>>> {
    const { name, active, used, failures, source, document } = followed;
    const pointer = active.get(channel);
    if (!pointer) return notFound(followed, "the model has no such channel");
    used.add(channel);
    const prefer = source === "fallback" ? source : undefined;
    const loaded = await loader.load(name, pointer, keepAlive, prefer);
    const wanted = channelPointer(document, channel);
    const isBehind = wanted !== undefined && wanted.digest !== pointer.digest;
    if (loaded.ok) {
      if (!isBehind) failures.delete(channel);
      return loaded;
    }
    if (isBehind) {
      const other = await loader.load(name, wanted, keepAlive, prefer);
      if (other.ok) {
        active.set(channel, wanted);
        failures.delete(channel);
        return other;
      }
    }
    const failure = toFailure(deps, loaded.error);
    // Every request tries again; the log is told when the reason is another.
    if (failures.get(channel)?.reason !== failure.reason)
      report({ event: "refresh_failed", model: name, channel, version: pointer.version, ...failure });
    failures.set(channel, failure);
    return loaded;
  }

  async function isForCanary(followed: FollowedChannels, selector: Selector): Promise<boolean> {
    if (!("channel" in selector) || selector.channel !== STABLE || selector.subject === undefined) return false;
    const percent = followed.active.get(CANARY)?.percent;
    if (percent === undefined || hasFailed(followed, CANARY)) return false;
    return isInCanary(followed.name, selector.subject, percent);
  }

  function serve(
    followed: FollowedChannels,
    lease: Lease,
    channel: string | undefined,
    scope: RequestScope,
  ): ServedModel {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    scope.onEnd(() => {
      lease.release();
      resolve();
    });
    // The platform drops a request whose caller is away unless something is waited for; then it would never end here.
    scope.keepAlive(ended);
    const { active, name } = followed;
    const shadow = channel === STABLE && !hasFailed(followed, SHADOW) ? active.get(SHADOW) : undefined;
    return {
      ...lease.model,
      ...(channel !== undefined && { channel }),
      ...(shadow &&
        shadow.digest !== lease.model.digest && {
          shadow: (later: RequestScope) => get(name, { channel: SHADOW }, later),
        }),
    };
  }

  async function get(name: string, selector: Selector, scope: RequestScope): Promise<GetModelResult> {
    const opened = await open(name);
    if (!opened.ok) return opened;
    const followed = opened.value;
    refreshIfDue({ ...deps, loader }, followed, scope.keepAlive);
    if ("version" in selector) {
      const pointer = versionPointer(followed.document, selector.version);
      if (!pointer) return notFound(followed, "no channel of the model names this version or ever did");
      const lease = await loader.load(name, pointer, scope.keepAlive);
      return lease.ok ? ok(serve(followed, lease.value, undefined, scope)) : lease;
    }
    if (await isForCanary(followed, selector)) {
      const lease = await load(followed, CANARY, scope);
      if (lease.ok) return ok(serve(followed, lease.value, CANARY, scope));
    }
    const lease = await load(followed, selector.channel, scope);
    return lease.ok ? ok(serve(followed, lease.value, selector.channel, scope)) : lease;
  }

  return {
    get,
    list: async () => {
      const listed = await listModels(store);
      if (listed.ok || known.size === 0) return listed;
      return ok([...known.values()].map(({ name, document }) => ({ name, channels: document.channels })));
    },
    status: (name) => {
      const followed = known.get(name);
      return followed && toStatus(followed);
    },
  };
}

/** Whether what the channel answers with is what failed; where only its successor did, it goes on. */
function hasFailed({ document, active, failures }: FollowedChannels, channel: string): boolean {
  return failures.has(channel) && channelPointer(document, channel)?.digest === active.get(channel)?.digest;
}

/** What was shipped with the Worker is not all there is. */
const notFound = ({ source }: FollowedChannels, detail: string) =>
  source === "storage"
    ? fail("model_not_found", detail)
    : fail("storage_unavailable", "object storage did not answer, and this was not shipped with the Worker");
