// The channel document of a model: mutable names for immutable versions, and who moved them when. `stable` answers;
// `canary` answers a share of the callers of `stable`; `shadow` is asked after `stable` has answered and answers nobody.

import * as z from "zod/mini";
import { fromJsonBytes, toUtf8 } from "../../base/bytes.ts";
import { parseShape } from "../../base/parse-shape.ts";
import { modelNameSchema, sha256Schema, versionSchema } from "../../bundle/manifest.ts";

export const STABLE = "stable";
export const CANARY = "canary";
export const SHADOW = "shadow";

/** Older entries are dropped so that the document stays readable in one bounded request. */
const HISTORY_LIMIT = 1000;

/** How many of a hundred callers of `stable` a canary answers. */
export const percentSchema = z.number().check(z.positive(), z.maximum(100));

const pointer = { version: versionSchema, digest: sha256Schema };

const pointerSchema = z.strictObject({
  ...pointer,
  /** Of `canary` alone; a canary without it answers those who ask for it by name. */
  percent: z.optional(percentSchema),
});

const change = {
  channel: modelNameSchema,
  ...pointer,
  /** RFC 3339. */
  at: z.string().check(z.maxLength(64)),
  by: z.string().check(z.maxLength(256)),
};

const changeSchema = z.strictObject({
  /** `end` takes the channel away; its version is the one it named last. */
  action: z.enum(["promote", "rollback", "end"]),
  ...change,
  percent: z.optional(percentSchema),
});

const channelsSchema = z
  .strictObject({
    schemaVersion: z.literal(2),
    model: modelNameSchema,
    channels: z.record(modelNameSchema, pointerSchema),
    history: z.array(changeSchema),
  })
  .check(
    z.refine(
      ({ channels }) =>
        Object.entries(channels).every(([name, { percent }]) => name === CANARY || percent === undefined),
      "only a canary has a percentage",
    ),
  );

const firstChannelsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  model: modelNameSchema,
  channels: z.record(modelNameSchema, z.strictObject(pointer)),
  history: z.array(z.strictObject(change)),
});

/** A version and the digest of its manifest. */
export type ChannelPointer = z.infer<typeof pointerSchema>;
export type ChannelChange = z.infer<typeof changeSchema>;
export type Channels = z.infer<typeof channelsSchema>;

/** Reads a document of either schema version; in the first, every change was a publication. */
export function parseChannels(bytes: Uint8Array): Channels | undefined {
  const value = fromJsonBytes(bytes);
  const parsed = parseShape(channelsSchema, value);
  if (parsed.ok) return parsed.value;
  const first = parseShape(firstChannelsSchema, value);
  if (!first.ok) return undefined;
  const history = first.value.history.map((entry) => ({ action: "promote" as const, ...entry }));
  return { ...first.value, schemaVersion: 2, history };
}

export const writeChannels = (channels: Channels): Uint8Array<ArrayBuffer> =>
  toUtf8(JSON.stringify(channels, undefined, 2));

/** What a channel names now; undefined for one that the document does not have. */
export function channelPointer(channels: Channels, channel: string): ChannelPointer | undefined {
  return Object.hasOwn(channels.channels, channel) ? channels.channels[channel] : undefined;
}

/** A version that a channel names or once named; undefined for every other. */
export function versionPointer(channels: Channels, version: string): ChannelPointer | undefined {
  const named = [...Object.values(channels.channels), ...channels.history.toReversed()].find(
    (each) => each.version === version,
  );
  return named && { version, digest: named.digest };
}

/** The document of a model that nobody has published. */
export const noChannels = (model: string): Channels => ({ schemaVersion: 2, model, channels: {}, history: [] });

/** The document after the changes. */
export function applyChanges(before: Channels, changes: readonly ChannelChange[]): Channels {
  const channels = new Map(Object.entries(before.channels));
  for (const { action, channel, version, digest, percent } of changes) {
    if (action === "end") channels.delete(channel);
    else channels.set(channel, { version, digest, ...(percent !== undefined && { percent }) });
  }
  return {
    ...before,
    channels: Object.fromEntries(channels),
    history: [...before.history, ...changes].slice(-HISTORY_LIMIT),
  };
}
