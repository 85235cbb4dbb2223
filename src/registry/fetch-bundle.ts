// Fetches the bundle that a channel names and verifies all of it: what this returns may be loaded.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { BundleFile } from "../bundle/manifest.ts";
import type { PublicKey } from "../bundle/public-key.ts";
import { verifyFile, verifyManifest, type Bundle } from "../bundle/verify-bundle.ts";
import { channelPointer, readChannels } from "./channels.ts";
import { blobKey, manifestKey, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, signatureKey } from "./layout.ts";
import type { ObjectStore } from "./object-store.ts";

export type FetchReason = "model_not_found" | "bundle_unverifiable" | "storage_unavailable";

type Fetched<Value> = Promise<Result<Value, Failure<FetchReason>>>;

export async function fetchBundle(
  store: ObjectStore,
  trustedKeys: readonly PublicKey[],
  model: string,
  channel: string,
): Fetched<Bundle> {
  const read = await readChannels(store, model);
  if (!read.ok) {
    const { reason, detail } = read.error;
    return fail(reason === "channels_invalid" ? "bundle_unverifiable" : reason, detail);
  }
  const pointer = channelPointer(read.value.channels, channel);
  if (!pointer) return fail("model_not_found", "the model has no such channel");

  const [manifestBytes, signatureBytes] = await Promise.all([
    fetchObject(store, manifestKey(model, pointer.version), MAX_MANIFEST_BYTES),
    fetchObject(store, signatureKey(model, pointer.version), MAX_SIGNATURE_BYTES),
  ]);
  if (!manifestBytes.ok) return manifestBytes;
  if (!signatureBytes.ok) return signatureBytes;
  const verified = await verifyManifest(manifestBytes.value, signatureBytes.value, trustedKeys);
  if (!verified.ok) return fail("bundle_unverifiable", verified.error.detail);
  const { manifest, digest } = verified.value;
  // A validly signed bundle in another's place is as wrong as a forged one.
  if (manifest.name !== model || manifest.version !== pointer.version || digest !== pointer.digest) {
    return fail("bundle_unverifiable", "the stored bundle is not the one that the channel names");
  }

  const fetched = await Promise.all(manifest.files.map((file) => fetchFile(store, file)));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [i, file] of manifest.files.entries()) {
    const bytes = fetched[i];
    if (!bytes.ok) return bytes;
    files.set(file.path, bytes.value);
  }
  return ok({ manifest, digest, files });
}

async function fetchFile(store: ObjectStore, file: BundleFile): Fetched<Uint8Array<ArrayBuffer>> {
  const bytes = await fetchObject(store, blobKey(file.sha256), file.bytes);
  if (!bytes.ok) return bytes;
  const verified = await verifyFile(bytes.value, file);
  return verified.ok ? verified : fail("bundle_unverifiable", verified.error.detail);
}

async function fetchObject(store: ObjectStore, key: string, maxBytes: number): Fetched<Uint8Array<ArrayBuffer>> {
  const stored = await store.get(key, maxBytes);
  if (stored.ok) return ok(stored.value.bytes);
  switch (stored.error.reason) {
    case "storage_unavailable":
      return fail("storage_unavailable", stored.error.detail);
    case "not_found":
      return fail("bundle_unverifiable", "a file of the bundle is missing from storage");
    case "object_too_large":
      return fail("bundle_unverifiable", "a file of the bundle is larger than it was signed");
  }
}
