// Removes what was found to be garbage, if it still is: each version and blob is looked at once more just before.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import { readForChange } from "../../src/registry/channels/change-channels.ts";
import type { ListedObject, ObjectStore } from "../../src/registry/store/object-store.ts";
import { namedVersions, type Garbage, type GarbagePolicy } from "./find-garbage.ts";
import type { StoredVersion } from "./inventory.ts";
import { findObject } from "../../src/registry/stored-version.ts";

type Unavailable = Failure<"storage_unavailable" | "channels_invalid">;

/**
 * Versions go before blobs, so that a removal that is cut short leaves no version without its files. Gives what was
 * removed. Object stores have no transactions: a promotion or publication that falls between the last look and the
 * removal, some milliseconds, loses an object; publishing that version again restores it, and until then the Worker
 * serves the version before.
 */
export async function removeGarbage(
  store: ObjectStore,
  { versions, blobs }: Garbage,
  policy: GarbagePolicy,
): Promise<Result<Garbage, Unavailable>> {
  const removed: Garbage = { versions: [], blobs: [] };
  for (const version of versions) {
    const outcome = await removeVersion(store, version, policy);
    if (!outcome.ok) return outcome;
    if (outcome.value) removed.versions.push(version);
  }
  for (const blob of blobs) {
    const outcome = await removeBlob(store, blob, policy);
    if (!outcome.ok) return outcome;
    if (outcome.value) removed.blobs.push(blob);
  }
  return ok(removed);
}

async function removeVersion(
  store: ObjectStore,
  { name, version, keys }: StoredVersion,
  policy: GarbagePolicy,
): Promise<Result<boolean, Unavailable>> {
  const read = await readForChange(store, name);
  if (!read.ok) return read;
  if (namedVersions(read.value.channels, policy.keepVersions).has(version)) return ok(false);
  // The manifest first: what has none is no version, and a publication writes it anew.
  for (const key of keys) {
    const outcome = await store.remove(key);
    if (!outcome.ok) return outcome;
  }
  return ok(true);
}

async function removeBlob(
  store: ObjectStore,
  { key }: ListedObject,
  { writtenBefore }: GarbagePolicy,
): Promise<Result<boolean, Unavailable>> {
  const now = await findObject(store, key);
  if (!now.ok) return now;
  // A publication that uses a blob which is there already writes it again, so that its date is a new one.
  if (!now.value || now.value.writtenAt >= writtenBefore) return ok(false);
  const outcome = await store.remove(key);
  return outcome.ok ? ok(true) : outcome;
}
