// What a registry holds that no channel names, no recent history names, and nobody is uploading just now.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Channels } from "../../src/registry/channels/channels.ts";
import { blobKey } from "../../src/registry/layout.ts";
import type { ListedObject, ObjectStore } from "../../src/registry/store/object-store.ts";
import { readInventory, type InventoryReason, type StoredVersion } from "./inventory.ts";
import { readStoredManifest } from "../../src/registry/stored-version.ts";

/**
 * A publication writes its blobs before anything names them, so what was written after `writtenBefore` (milliseconds since
 * 1970) stays. Of each channel's history the last `keepVersions` versions stay, to be rolled back to.
 */
export type GarbagePolicy = { writtenBefore: number; keepVersions: number };

export type Garbage = { versions: StoredVersion[]; blobs: ListedObject[] };

/** A registry that cannot be read whole has no garbage that anybody could tell. */
export async function findGarbage(
  store: ObjectStore,
  policy: GarbagePolicy,
): Promise<Result<Garbage, Failure<InventoryReason>>> {
  const inventory = await readInventory(store);
  if (!inventory.ok) return inventory;
  const { blobs, versions, channels } = inventory.value;
  const isKept = ({ name, version, writtenAt }: StoredVersion) =>
    writtenAt >= policy.writtenBefore || namedVersions(channels.get(name), policy.keepVersions).has(version);

  const usedBlobs = new Set<string>();
  for (const { name, version } of versions.filter(isKept)) {
    const read = await readStoredManifest(store, name, version);
    if (!read.ok) return fail("registry_unreadable", `${read.error.detail}; its files cannot be told from garbage`);
    for (const { sha256 } of read.value.manifest.files) usedBlobs.add(blobKey(sha256));
  }
  return ok({
    versions: versions.filter((version) => !isKept(version)),
    blobs: [...blobs.values()].filter(({ key, writtenAt }) => !usedBlobs.has(key) && writtenAt < policy.writtenBefore),
  });
}

/** The versions that the channels name, and the last ones that each of them has named. */
export function namedVersions(channels: Channels | undefined, keepVersions: number): Set<string> {
  const named = new Set<string>();
  for (const { version } of Object.values(channels?.channels ?? {})) named.add(version);
  const history = channels?.history.toReversed() ?? [];
  for (const channel of new Set(history.map((entry) => entry.channel))) {
    const versions = new Set(history.filter((entry) => entry.channel === channel).map(({ version }) => version));
    for (const version of [...versions].slice(0, keepVersions)) named.add(version);
  }
  return named;
}
