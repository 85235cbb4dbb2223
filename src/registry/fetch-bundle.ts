// Fetches the bundle that a pointer names and verifies all of it: what this returns may be loaded.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { BundleFile } from "../bundle/manifest.ts";
import type { PublicKey } from "../bundle/signature/public-key.ts";
import { verifyFile, verifyManifest, type Bundle } from "../bundle/signature/verify-bundle.ts";
import type { ChannelPointer } from "./channels/channels.ts";
import { blobKey, manifestKey, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, signatureKey } from "./layout.ts";
import type { ObjectReader } from "./store/object-store.ts";

export type FetchReason = "bundle_unverifiable" | "bundle_too_large" | "storage_unavailable";

type Fetched<Value> = Promise<Result<Value, Failure<FetchReason>>>;

/** Whose signatures count, at which moment (RFC 3339), and how many bytes a bundle's files may have together. */
export type FetchTerms = { trustedKeys: readonly PublicKey[]; at: string; maxBytes: number };

export async function fetchBundle(
  store: ObjectReader,
  model: string,
  pointer: ChannelPointer,
  { trustedKeys, at, maxBytes }: FetchTerms,
): Fetched<Bundle> {
  const [manifestBytes, signatureBytes] = await Promise.all([
    fetchObject(store, manifestKey(model, pointer.version), MAX_MANIFEST_BYTES),
    fetchObject(store, signatureKey(model, pointer.version), MAX_SIGNATURE_BYTES),
  ]);
  if (!manifestBytes.ok) return manifestBytes;
  if (!signatureBytes.ok) return signatureBytes;
  const verified = await verifyManifest(manifestBytes.value, signatureBytes.value, trustedKeys, at);
  if (!verified.ok) return fail("bundle_unverifiable", verified.error.detail);
  const { manifest, digest } = verified.value;
  // A validly signed bundle in another's place is as wrong as a forged one.
  if (manifest.name !== model || manifest.version !== pointer.version || digest !== pointer.digest) {
    return fail("bundle_unverifiable", "the stored bundle is not the one that the channel names");
  }

  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maxBytes) return fail("bundle_too_large", "the bundle has more bytes than this service holds in memory");
  const fetched = await Promise.all(manifest.files.map((file) => fetchFile(store, file)));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [i, file] of manifest.files.entries()) {
    const content = fetched[i];
    if (!content.ok) return content;
    files.set(file.path, content.value);
  }
  return ok({ manifest, digest, files });
}

async function fetchFile(store: ObjectReader, file: BundleFile): Fetched<Uint8Array<ArrayBuffer>> {
  const bytes = await fetchObject(store, blobKey(file.sha256), file.bytes);
  if (!bytes.ok) return bytes;
  const verified = await verifyFile(bytes.value, file);
  return verified.ok ? verified : fail("bundle_unverifiable", verified.error.detail);
}

async function fetchObject(store: ObjectReader, key: string, maxBytes: number): Fetched<Uint8Array<ArrayBuffer>> {
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
