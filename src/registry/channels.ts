// The channel document of a model: mutable names for immutable versions, and who moved them when.

import * as z from "zod/mini";
import { fromJsonBytes, toUtf8 } from "../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";
import { modelNameSchema, sha256Schema, versionSchema } from "../bundle/manifest.ts";
import { CHANNELS_PREFIX, channelsKey, MAX_CHANNELS_BYTES } from "./layout.ts";
import type { ObjectStore } from "./object-store.ts";

/** Older entries are dropped so that the document stays readable in one bounded request. */
const HISTORY_LIMIT = 1000;

const pointerSchema = z.strictObject({ version: versionSchema, digest: sha256Schema });

const changeSchema = z.strictObject({
  channel: modelNameSchema,
  version: versionSchema,
  digest: sha256Schema,
  /** RFC 3339. */
  at: z.string().check(z.maxLength(64)),
  by: z.string().check(z.maxLength(256)),
});

const channelsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  model: modelNameSchema,
  channels: z.record(modelNameSchema, pointerSchema),
  history: z.array(changeSchema),
});

/** A version and the digest of its manifest. */
export type ChannelPointer = z.infer<typeof pointerSchema>;
export type ChannelChange = z.infer<typeof changeSchema>;
export type Channels = z.infer<typeof channelsSchema>;

export type ReadChannelsReason = "model_not_found" | "channels_invalid" | "storage_unavailable";

export async function readChannels(
  store: ObjectStore,
  model: string,
): Promise<Result<{ channels: Channels; etag: string }, Failure<ReadChannelsReason>>> {
  // The name may come from a URL: only what could be published is looked for.
  if (!modelNameSchema.safeParse(model).success) return fail("model_not_found", "no model has this name");
  const stored = await store.get(channelsKey(model), MAX_CHANNELS_BYTES);
  if (!stored.ok) {
    switch (stored.error.reason) {
      case "not_found":
        return fail("model_not_found", "no model has this name");
      case "object_too_large":
        return fail("channels_invalid", "the model's channel document is too large");
      case "storage_unavailable":
        return fail("storage_unavailable", stored.error.detail);
    }
  }
  const parsed = channelsSchema.safeParse(fromJsonBytes(stored.value.bytes));
  if (!parsed.success || parsed.data.model !== model) {
    return fail("channels_invalid", "the model's channel document is malformed");
  }
  return ok({ channels: parsed.data, etag: stored.value.etag });
}

/** What a channel names now; undefined for one that the document does not have. */
export function channelPointer(channels: Channels, channel: string): ChannelPointer | undefined {
  return Object.hasOwn(channels.channels, channel) ? channels.channels[channel] : undefined;
}

/** A model's channels; none where the document cannot be read. */
export type ListedModel = { name: string; channels: Channels["channels"] };

export async function listModels(store: ObjectStore): Promise<Result<ListedModel[], Failure<"storage_unavailable">>> {
  const keys = await store.list(CHANNELS_PREFIX);
  if (!keys.ok) return keys;
  const names = keys.value.map((key) => key.slice(CHANNELS_PREFIX.length).replace(/\.json$/, ""));
  const read = await Promise.all(names.map((name) => readChannels(store, name)));
  return ok(read.map((result, i) => ({ name: names[i], channels: result.ok ? result.value.channels.channels : {} })));
}

/** The document after `change`; `before` is undefined for a model's first publication. */
export function applyChange(model: string, before: Channels | undefined, change: ChannelChange): Channels {
  const { channel, version, digest } = change;
  return {
    schemaVersion: 1,
    model,
    channels: { ...before?.channels, [channel]: { version, digest } },
    history: [...(before?.history ?? []), change].slice(-HISTORY_LIMIT),
  };
}

export const writeChannels = (channels: Channels): Uint8Array<ArrayBuffer> =>
  toUtf8(JSON.stringify(channels, undefined, 2));
