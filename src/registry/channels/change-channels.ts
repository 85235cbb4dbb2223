// Moves channels: the document is read, the changes are planned over it, and it is written only if nobody has written it
// meanwhile. Of two changes at the same time one wins, and the other is told so.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { channelsKey } from "../layout.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { applyChanges, noChannels, writeChannels, type ChannelChange, type Channels } from "./channels.ts";
import { readChannels, type ReadChannelsReason } from "./read-channels.ts";

/** The changes that the caller wants over the document it is given. */
export type PlanChanges<Reason extends string> = (before: Channels) => Result<ChannelChange[], Failure<Reason>>;

export type ChangeChannelsReason = Exclude<ReadChannelsReason, "model_not_found"> | "channel_conflict";

/** A document as it was read, or that there is none. */
export type ChannelsRead = { channels: Channels; etag?: string };

/** Reads a document that is about to be changed. */
export async function readForChange(
  store: ObjectStore,
  model: string,
): Promise<Result<ChannelsRead, Failure<Exclude<ReadChannelsReason, "model_not_found">>>> {
  const read = await readChannels(store, model);
  if (read.ok) return read;
  const { reason, detail } = read.error;
  return reason === "model_not_found" ? ok({ channels: noChannels(model) }) : fail(reason, detail);
}

/** Gives the document as it stands afterwards; a plan without changes writes nothing and gives the one that was read. */
export async function changeChannels<Reason extends string>(
  store: ObjectStore,
  { channels: before, etag }: ChannelsRead,
  plan: PlanChanges<Reason>,
): Promise<Result<Channels, Failure<Reason | ChangeChannelsReason>>> {
  const changes = plan(before);
  if (!changes.ok) return changes;
  if (changes.value.length === 0) return ok(before);
  const after = applyChanges(before, changes.value);
  const condition = etag === undefined ? { kind: "create" as const } : { kind: "replace" as const, etag };
  const written = await store.put(channelsKey(before.model), writeChannels(after), condition);
  if (written.ok) return ok(after);
  if (written.error.reason === "storage_unavailable") return fail("storage_unavailable", written.error.detail);
  return fail(
    "channel_conflict",
    `somebody else changed the channels of ${before.model} at the same time; look, and run it again`,
  );
}
