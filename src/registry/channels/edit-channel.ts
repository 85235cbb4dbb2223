// A channel's change as somebody orders it from afar: promoted only to what this service could serve, written only if nobody
// has written meanwhile, and with the name of whoever ordered it in the history.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { PublicKey } from "../../bundle/signature/public-key.ts";
import { fetchBundle, type FetchReason } from "../fetch-bundle.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { findVersion, type StoredVersionReason } from "../stored-version.ts";
import { changeChannels, readForChange, type ChangeChannelsReason } from "./change-channels.ts";
import { CANARY, channelPointer, SHADOW, STABLE, type ChannelPointer, type Channels } from "./channels.ts";
import { planPromotion, type PromotionOrder, type PromotionReason } from "./plan-promotion.ts";
import { planRollback, type RollbackReason } from "./plan-rollback.ts";

/** `percent` is of a canary: without a version, of the one that it names already. */
export type ChannelOrder =
  | { version: string; percent?: number | undefined }
  | { percent: number }
  | { rollback: true }
  | { end: true };

export type EditChannelReason =
  | ChangeChannelsReason
  | FetchReason
  | StoredVersionReason
  | PromotionReason
  | RollbackReason
  | "not_a_canary"
  | "stable_stays";

/** `changed` is false where the channel was as it was ordered already. `pointer` is what it names now, if it is there. */
export type EditedChannel = { changed: boolean; pointer: ChannelPointer | undefined };

export type EditChannel = (
  model: string,
  channel: string,
  order: ChannelOrder,
  by: string,
) => Promise<Result<EditedChannel, Failure<EditChannelReason>>>;

export type EditorDeps = {
  store: ObjectStore;
  trustedKeys: readonly PublicKey[];
  /** Milliseconds since 1970. */
  now: () => number;
  /** Of a bundle that this service can serve. */
  budgetBytes: number;
};

export function createChannelEditor({ store, trustedKeys, now, budgetBytes }: EditorDeps): EditChannel {
  /** The version as a channel may name it: all of it is there, signed, and unchanged. */
  async function verify(model: string, version: string, at: string) {
    const found = await findVersion(store, model, version);
    if (!found.ok) return found;
    const bundle = await fetchBundle(store, model, found.value, { trustedKeys, at, maxBytes: budgetBytes });
    return bundle.ok ? found : bundle;
  }

  return async (model, channel, order, by) => {
    const author = { at: new Date(now()).toISOString(), by };
    const before = await readForChange(store, model);
    if (!before.ok) return before;
    const { channels } = before.value;
    let to: ChannelPointer | undefined;
    if ("version" in order) {
      const verified = await verify(model, order.version, author.at);
      if (!verified.ok) return verified;
      to = verified.value;
    }
    const promotion = "rollback" in order ? undefined : toPromotion(channel, order, to);
    if (promotion && !promotion.ok) return promotion;
    const changes = promotion
      ? planPromotion(channels, promotion.value, author)
      : planRollback(channels, channel, author);
    if (!changes.ok) return changes;
    for (const { action, version } of changes.value) {
      const verified = action === "rollback" ? await verify(model, version, author.at) : ok(undefined);
      if (!verified.ok) return verified;
    }
    const after = await changeChannels<never>(store, before.value, () => ok(changes.value));
    return after.ok ? ok(toEdited(channels, after.value, channel)) : after;
  };
}

function toPromotion(
  channel: string,
  order: Exclude<ChannelOrder, { rollback: true }>,
  to: ChannelPointer | undefined,
): Result<PromotionOrder, Failure<"not_a_canary" | "stable_stays">> {
  if ("end" in order)
    return channel === STABLE ? fail("stable_stays", "the stable channel is not ended") : ok({ end: [channel] });
  const { percent } = order;
  if (percent !== undefined)
    return channel === CANARY
      ? ok({ canary: { percent, ...(to && { to }) } })
      : fail("not_a_canary", "only a canary has a percentage");
  if (!to) return ok({});
  return ok(channel === SHADOW ? { shadow: to } : { move: { channel, to } });
}

const toEdited = (before: Channels, after: Channels, channel: string): EditedChannel => ({
  changed: after !== before,
  pointer: channelPointer(after, channel),
});
