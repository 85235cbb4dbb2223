// Publishes a verified bundle: blobs first, the manifest and its signature next, the channel pointer last and
// conditional. Cut at any point, the old version goes on serving, and running it again finishes.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { PublicKey } from "../bundle/signature/public-key.ts";
import { verifyManifest, type Bundle } from "../bundle/signature/verify-bundle.ts";
import { changeChannels, readForChange, type ChangeChannelsReason } from "./channels/change-channels.ts";
import { planPromotion, type Author, type PromotionReason } from "./channels/plan-promotion.ts";
import {
  blobKey,
  manifestKey,
  MAX_BLOB_BYTES,
  MAX_MANIFEST_BYTES,
  MAX_SIGNATURE_BYTES,
  signatureKey,
} from "./layout.ts";
import type { ObjectStore } from "./store/object-store.ts";

export type PublishReason = ChangeChannelsReason | PromotionReason | "version_exists" | "signature_exists";

/** `publicKey` is the one that `signatureBytes` verify with. */
export type Publication = Bundle & {
  manifestBytes: Uint8Array<ArrayBuffer>;
  signatureBytes: Uint8Array<ArrayBuffer>;
  publicKey: PublicKey;
};

/** Without a channel the bundle is there and nothing names it. Gives whether a channel moved. */
export async function publishBundle(
  store: ObjectStore,
  bundle: Publication,
  { channel, ...author }: Author & { channel?: string },
): Promise<Result<{ changed: boolean }, Failure<PublishReason>>> {
  const { name, version } = bundle.manifest;
  const read = await readForChange(store, name);
  if (!read.ok) return read;
  // What no channel names may be being collected as garbage, unless its date is a new one.
  const isNamed = Object.values(read.value.channels.channels).some(({ digest }) => digest === bundle.digest);
  const written = await writeImmutable(store, bundle, author.at, isNamed);
  if (!written.ok || channel === undefined) return written.ok ? ok({ changed: false }) : written;
  const move = { channel, to: { version, digest: bundle.digest } };
  const changed = await changeChannels(store, read.value, (before) => planPromotion(before, { move }, author));
  return changed.ok ? ok({ changed: changed.value !== read.value.channels }) : changed;
}

async function writeImmutable(
  store: ObjectStore,
  bundle: Publication,
  at: string,
  isNamed: boolean,
): Promise<Result<null, Failure<PublishReason>>> {
  const { manifest, files } = bundle;
  for (const { path, sha256 } of manifest.files) {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`a verified bundle lacks ${path}`);
    const blob = await writeBlob(store, blobKey(sha256), bytes, isNamed);
    if (!blob.ok) return blob;
  }
  const key = manifestKey(manifest.name, manifest.version);
  const storedManifest = await writeOnce(store, key, bundle.manifestBytes, MAX_MANIFEST_BYTES);
  if (!storedManifest.ok) return storedManifest;
  if (!equalBytes(storedManifest.value, bundle.manifestBytes)) {
    return fail(
      "version_exists",
      `${manifest.name} ${manifest.version} is published already with other content; publish it under a new version`,
    );
  }
  const signature = await writeOnce(
    store,
    signatureKey(manifest.name, manifest.version),
    bundle.signatureBytes,
    MAX_SIGNATURE_BYTES,
  );
  if (!signature.ok) return signature;
  // ECDSA signatures are random, so an earlier one by the same key serves as well.
  const verified = await verifyManifest(bundle.manifestBytes, signature.value, [bundle.publicKey], at);
  if (verified.ok) return ok(null);
  return fail(
    "signature_exists",
    `${manifest.name} ${manifest.version} is published already with a signature by another key`,
  );
}

/** Writes over what stands there, be it the same or, which an Edgescope Worker would refuse, other content. */
async function writeBlob(
  store: ObjectStore,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
  mayStay: boolean,
): Promise<Result<unknown, Failure<"storage_unavailable">>> {
  const existing = await store.get(key, MAX_BLOB_BYTES);
  if (mayStay && existing.ok && equalBytes(existing.value.bytes, bytes)) return ok(null);
  if (!existing.ok && existing.error.reason !== "not_found")
    return fail("storage_unavailable", `${key}: ${existing.error.detail}`);
  const condition = existing.ok ? { kind: "replace" as const, etag: existing.value.etag } : { kind: "create" as const };
  const written = await store.put(key, bytes, condition);
  // Whoever else wrote it meanwhile wrote the same bytes.
  if (written.ok || written.error.reason === "precondition_failed") return ok(null);
  return fail("storage_unavailable", written.error.detail);
}

/** Writes an immutable object if it is not there, and gives the bytes that stand there afterwards. */
async function writeOnce(
  store: ObjectStore,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"storage_unavailable">>> {
  const existing = await store.get(key, maxBytes);
  if (existing.ok) return ok(existing.value.bytes);
  if (existing.error.reason !== "not_found") return fail("storage_unavailable", `${key}: ${existing.error.detail}`);
  const written = await store.put(key, bytes, { kind: "create" });
  if (written.ok) return ok(bytes);
  if (written.error.reason === "storage_unavailable") return fail("storage_unavailable", written.error.detail);
  const winner = await store.get(key, maxBytes);
  return winner.ok ? ok(winner.value.bytes) : fail("storage_unavailable", `${key}: ${winner.error.detail}`);
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
