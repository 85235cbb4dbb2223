// What a promotion changes in a channel document. Pure: who asks and when are handed in.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import {
  CANARY,
  channelPointer,
  SHADOW,
  STABLE,
  type ChannelChange,
  type ChannelPointer,
  type Channels,
} from "./channels.ts";

/** Who changes channels, and when (RFC 3339). */
export type Author = { at: string; by: string };

/** Each part that is there is done; together they are one write. */
export type PromotionOrder = {
  /** The channel names this version from now on. */
  move?: { channel: string; to: ChannelPointer };
  /** The canary answers `percent` of the callers of `stable`: with this version, or with the one it names already. */
  canary?: { percent: number; to?: ChannelPointer };
  /** The shadow is asked after `stable` has answered. */
  shadow?: ChannelPointer;
  /** Channels that are taken away. */
  end?: readonly string[];
};

export type PromotionReason = "canary_missing" | "stable_missing" | "version_is_stable";

/** A channel that is as it was ordered already is left alone. A canary or shadow that has become `stable` ends. */
export function planPromotion(
  before: Channels,
  { move, canary, shadow, end = [] }: PromotionOrder,
  author: Author,
): Result<ChannelChange[], Failure<PromotionReason>> {
  const wanted = new Map<string, ChannelPointer>();
  if (move) wanted.set(move.channel, toPointer(move.to));
  if (canary) {
    const to = canary.to ?? channelPointer(before, CANARY);
    if (!to) return fail("canary_missing", `${before.model} has no canary; name the version that it should be`);
    wanted.set(CANARY, { ...toPointer(to), percent: canary.percent });
  }
  if (shadow) wanted.set(SHADOW, toPointer(shadow));
  const stable = wanted.get(STABLE) ?? channelPointer(before, STABLE);
  if (!stable && (canary || shadow))
    return fail("stable_missing", `${before.model} has no stable version that a canary or a shadow could stand beside`);

  for (const channel of [CANARY, SHADOW]) {
    if (stable && wanted.get(channel)?.digest === stable.digest)
      return fail("version_is_stable", `${stable.version} is the stable version; a ${channel} is another one`);
  }
  const ended = new Set(end);
  for (const channel of [CANARY, SHADOW]) {
    const isStable = channelPointer(before, channel)?.digest === stable?.digest;
    if (move?.channel === STABLE && !wanted.has(channel) && isStable) ended.add(channel);
  }
  const moved = [...wanted].filter(([channel, to]) => !isSame(channelPointer(before, channel), to));
  return ok([
    ...moved.map(([channel, to]) => ({ action: "promote" as const, channel, ...to, ...author })),
    ...[...ended].flatMap((channel) => {
      const last = channelPointer(before, channel);
      return last ? [{ action: "end" as const, channel, ...toPointer(last), ...author }] : [];
    }),
  ]);
}

const toPointer = ({ version, digest }: ChannelPointer) => ({ version, digest });

const isSame = (a: ChannelPointer | undefined, b: ChannelPointer): boolean =>
  a?.version === b.version && a.digest === b.digest && a.percent === b.percent;
