// Channel documents out of object storage.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { modelNameSchema } from "../../bundle/manifest.ts";
import { CHANNELS_PREFIX, channelsKey, MAX_CHANNELS_BYTES } from "../layout.ts";
import type { ObjectReader, ObjectStore } from "../store/object-store.ts";
import { parseChannels, type Channels } from "./channels.ts";

export type ReadChannelsReason = "model_not_found" | "channels_invalid" | "storage_unavailable";

export async function readChannels(
  store: ObjectReader,
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
  const channels = parseChannels(stored.value.bytes);
  if (channels?.model !== model) return fail("channels_invalid", "the model's channel document is malformed");
  return ok({ channels, etag: stored.value.etag });
}

/** A model's channels; none where the document cannot be read. */
export type ListedModel = { name: string; channels: Channels["channels"] };

/** Every model with its channels, of the first thousand. */
export async function listModels(
  store: Pick<ObjectStore, "get" | "list">,
): Promise<Result<ListedModel[], Failure<"storage_unavailable">>> {
  const listed = await store.list(CHANNELS_PREFIX);
  if (!listed.ok) return listed;
  const names = listed.value.objects.map(({ key }) => key.slice(CHANNELS_PREFIX.length).replace(/\.json$/, ""));
  const read = await Promise.all(names.map((name) => readChannels(store, name)));
  return ok(read.map((result, i) => ({ name: names[i], channels: result.ok ? result.value.channels.channels : {} })));
}
