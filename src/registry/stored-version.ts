// A version that is in a registry whole: its manifest, its signature, and every file with the size that it was signed
// with. Whether the signature is to be trusted is for the Worker, which knows its keys.

import { fromJsonBytes } from "../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";
import { sha256Hex } from "../base/sha256.ts";
import { parseManifest, type Manifest } from "../bundle/manifest.ts";
import type { ChannelPointer } from "./channels/channels.ts";
import { blobKey, manifestKey, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, signatureKey } from "./layout.ts";
import type { ListedObject, ObjectStore } from "./store/object-store.ts";

export type StoredVersionReason = "storage_unavailable" | "version_missing" | "version_incomplete";

export async function readStoredManifest(
  store: ObjectStore,
  name: string,
  version: string,
): Promise<Result<{ manifest: Manifest; digest: string }, Failure<StoredVersionReason>>> {
  const stored = await store.get(manifestKey(name, version), MAX_MANIFEST_BYTES);
  if (!stored.ok) {
    const { reason, detail } = stored.error;
    if (reason === "storage_unavailable") return fail(reason, detail);
    if (reason === "not_found") return fail("version_missing", `${name} ${version} is not in the registry`);
    return fail("version_incomplete", `the manifest of ${name} ${version} is larger than any may be`);
  }
  const manifest = parseManifest(fromJsonBytes(stored.value.bytes));
  if (!manifest.ok || manifest.value.name !== name || manifest.value.version !== version)
    return fail("version_incomplete", `the manifest of ${name} ${version} is not one of that version`);
  return ok({ manifest: manifest.value, digest: await sha256Hex(stored.value.bytes) });
}

/** Gives what a channel may name. */
export async function findVersion(
  store: ObjectStore,
  name: string,
  version: string,
): Promise<Result<ChannelPointer, Failure<StoredVersionReason>>> {
  const read = await readStoredManifest(store, name, version);
  if (!read.ok) return read;
  const signature = await store.get(signatureKey(name, version), MAX_SIGNATURE_BYTES);
  if (!signature.ok && signature.error.reason === "storage_unavailable")
    return fail("storage_unavailable", signature.error.detail);
  const incomplete = (what: string) =>
    fail("version_incomplete", `${name} ${version} lacks ${what} in the registry; publish it again`);
  if (!signature.ok) return incomplete("its signature");
  for (const { path, bytes, sha256 } of read.value.manifest.files) {
    const blob = await findObject(store, blobKey(sha256));
    if (!blob.ok) return blob;
    if (blob.value?.bytes !== bytes) return incomplete(path);
  }
  return ok({ version, digest: read.value.digest });
}

/** An object's size and date; undefined where none stands. */
export async function findObject(
  store: ObjectStore,
  key: string,
): Promise<Result<ListedObject | undefined, Failure<"storage_unavailable">>> {
  const listed = await store.list(key);
  // Others may have the key as their beginning, and come after it.
  return listed.ok ? ok(listed.value.objects.find((object) => object.key === key)) : listed;
}
