// What this isolate knows of a model's channels: the newest document it has read, and what each channel answers with
// here. The two differ while a new version is being fetched, and for as long as it fails.

import type { ChannelPointer, Channels } from "../channels/channels.ts";

/** `reason` is stable; `detail` is a sentence of our own; `at` is RFC 3339. */
export type RefreshFailure = { reason: string; detail: string; at: string };

export type FollowedChannels = {
  readonly name: string;
  document: Channels;
  source: "storage" | "fallback";
  active: Map<string, ChannelPointer>;
  /** Channels that a request of this isolate has asked for. */
  used: Set<string>;
  failures: Map<string, RefreshFailure>;
  /** Milliseconds since 1970: when the document was last read, and when that was last tried. */
  readAt: number;
  triedAt: number;
  /** Of the last try to read the document. */
  failure?: RefreshFailure;
  /** The refresh that is under way; a later one takes its place. */
  refreshing?: symbol;
};

export function followChannels(
  name: string,
  document: Channels,
  { source, at }: { source: "storage" | "fallback"; at: number },
): FollowedChannels {
  return {
    name,
    document,
    source,
    active: new Map(Object.entries(document.channels)),
    used: new Set(),
    failures: new Map(),
    readAt: at,
    triedAt: at,
  };
}

export type ChannelStatus = ChannelPointer & {
  /** What the channel document names, where this isolate does not answer with it yet. */
  wanted?: ChannelPointer;
  failure?: RefreshFailure;
};

/** `readAt` is RFC 3339. */
export type ModelStatus = {
  source: "storage" | "fallback";
  readAt: string;
  failure?: RefreshFailure;
  channels: Record<string, ChannelStatus>;
};

export function toStatus({ document, source, active, failures, readAt, failure }: FollowedChannels): ModelStatus {
  const channels = [...active].map(([channel, pointer]) => {
    const wanted = document.channels[channel];
    const failed = failures.get(channel);
    const isBehind = wanted !== undefined && wanted.digest !== pointer.digest;
    return [channel, { ...pointer, ...(isBehind && { wanted }), ...(failed && { failure: failed }) }] as const;
  });
  return {
    source,
    readAt: new Date(readAt).toISOString(),
    ...(failure && { failure }),
    channels: Object.fromEntries(channels),
  };
}
