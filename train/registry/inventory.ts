// What stands in a registry: its blobs, its versions, its channel documents. It is read whole or not at all.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { modelNameSchema, versionSchema } from "../../src/bundle/manifest.ts";
import type { Channels } from "../../src/registry/channels/channels.ts";
import { readChannels } from "../../src/registry/channels/read-channels.ts";
import { BLOBS_PREFIX, BUNDLES_PREFIX, CHANNELS_PREFIX } from "../../src/registry/layout.ts";
import { listAll, type ListedObject, type ObjectStore } from "../../src/registry/store/object-store.ts";

/** `writtenAt` is of its newest object, in milliseconds since 1970; `keys` are in the order of the alphabet. */
export type StoredVersion = { name: string; version: string; keys: string[]; writtenAt: number };

export type Inventory = {
  blobs: Map<string, ListedObject>;
  versions: StoredVersion[];
  channels: Map<string, Channels>;
};

export type InventoryReason = "storage_unavailable" | "registry_unreadable";

/** Blobs are listed first: what is uploaded meanwhile is not among them. Objects that no registry writes are left out. */
export async function readInventory(store: ObjectStore): Promise<Result<Inventory, Failure<InventoryReason>>> {
  const blobs = await listAll(store, BLOBS_PREFIX);
  if (!blobs.ok) return blobs;
  const bundles = await listAll(store, BUNDLES_PREFIX);
  if (!bundles.ok) return bundles;
  const documents = await listAll(store, CHANNELS_PREFIX);
  if (!documents.ok) return documents;
  const channels = new Map<string, Channels>();
  for (const { key } of documents.value) {
    const name = key.slice(CHANNELS_PREFIX.length).replace(/\.json$/, "");
    const read = await readChannels(store, name);
    if (!read.ok) return fail("registry_unreadable", `${key}: ${read.error.detail}`);
    channels.set(name, read.value.channels);
  }
  const isBlob = ({ key }: ListedObject) => /^[0-9a-f]{64}$/.test(key.slice(BLOBS_PREFIX.length));
  return ok({
    blobs: new Map(blobs.value.filter(isBlob).map((blob) => [blob.key, blob])),
    versions: toVersions(bundles.value),
    channels,
  });
}

function toVersions(objects: readonly ListedObject[]): StoredVersion[] {
  const versions = new Map<string, StoredVersion>();
  for (const { key, writtenAt } of objects) {
    const [name, version, file, ...deeper] = key.slice(BUNDLES_PREFIX.length).split("/");
    const isName = modelNameSchema.safeParse(name).success && versionSchema.safeParse(version).success;
    if (!isName || deeper.length > 0 || (file !== "bundle.json" && file !== "model.sig")) continue;
    const known = versions.get(`${name}/${version}`) ?? { name, version, keys: [], writtenAt };
    known.keys.push(key);
    known.writtenAt = Math.max(known.writtenAt, writtenAt);
    versions.set(`${name}/${version}`, known);
  }
  return [...versions.values()];
}
