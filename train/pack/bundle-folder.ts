// A bundle as a folder on disk: writing one, and reading one back with every byte verified.

import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { sha256Hex } from "../../src/base/sha256.ts";
import { fromJsonBytes } from "../../src/base/bytes.ts";
import { parseManifest } from "../../src/bundle/manifest.ts";
import type { PublicKey } from "../../src/bundle/signature/public-key.ts";
import type { Resource } from "../../src/bundle/signature/statement.ts";
import { verifyFile, verifyManifest, type VerifyReason } from "../../src/bundle/signature/verify-bundle.ts";
import { MAX_BLOB_BYTES, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES } from "../../src/registry/layout.ts";
import type { PackedBundle } from "./pack-bundle.ts";

export type FolderReason = VerifyReason | "file_missing";

/** Replaces the bundle in the folder; what is not part of a bundle, such as `examples`, stays. */
export async function writeBundleFolder(folder: string, bundle: PackedBundle, signature: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) await rm(join(folder, entry.name));
  }
  for (const [path, bytes] of bundle.files) await writeFile(join(folder, path), bytes);
  await writeFile(join(folder, "bundle.json"), bundle.manifestBytes);
  await writeFile(join(folder, "model.sig"), signature);
}

/** What a signature of the bundle covers: its manifest and every file the manifest lists. */
export function toResources({ manifest, digest }: Pick<PackedBundle, "manifest" | "digest">): Resource[] {
  return [
    { name: "bundle.json", digest },
    ...manifest.files.map(({ path, sha256 }) => ({ name: path, digest: sha256 })),
  ];
}

/** Reads a folder whose files are the ones its manifest lists. It proves integrity, not origin: for that, `verifyBundleFolder`. */
export async function readBundleFolder(folder: string): Promise<Result<PackedBundle, Failure<FolderReason>>> {
  const manifestBytes = await readBounded(folder, "bundle.json", MAX_MANIFEST_BYTES);
  if (!manifestBytes.ok) return manifestBytes;
  const manifest = parseManifest(fromJsonBytes(manifestBytes.value));
  if (!manifest.ok) return manifest;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of manifest.value.files) {
    const bytes = await readBounded(folder, file.path, MAX_BLOB_BYTES);
    if (!bytes.ok) return bytes;
    const verified = await verifyFile(bytes.value, file);
    if (!verified.ok) return verified;
    files.set(file.path, verified.value);
  }
  return ok({
    manifest: manifest.value,
    manifestBytes: manifestBytes.value,
    digest: await sha256Hex(manifestBytes.value),
    files,
  });
}

/** Also verifies the folder's own `model.sig`, and refuses a file that is neither signed nor ignored by the signature. */
export async function verifyBundleFolder(
  folder: string,
  trustedKeys: readonly PublicKey[],
  at = new Date().toISOString(),
): Promise<Result<PackedBundle & { signatureBytes: Uint8Array<ArrayBuffer> }, Failure<FolderReason>>> {
  const bundle = await readBundleFolder(folder);
  if (!bundle.ok) return bundle;
  const signatureBytes = await readBounded(folder, "model.sig", MAX_SIGNATURE_BYTES);
  if (!signatureBytes.ok) return signatureBytes;
  const verified = await verifyManifest(bundle.value.manifestBytes, signatureBytes.value, trustedKeys, at);
  if (!verified.ok) return verified;
  const { resources, ignoredPaths } = verified.value.statement;
  const known = new Set([...resources.map(({ name }) => name), ...ignoredPaths]);
  const stranger = (await readdir(folder)).find((name) => !known.has(name));
  if (stranger !== undefined)
    return fail("files_mismatch", `${join(folder, stranger)} is neither signed nor ignored by the signature`);
  return ok({ ...bundle.value, signatureBytes: signatureBytes.value });
}

async function readBounded(
  folder: string,
  name: string,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"file_missing" | "files_mismatch">>> {
  const path = join(folder, name);
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return fail("file_missing", `${path} is missing`);
  if (stats.size > maxBytes) return fail("files_mismatch", `${path} has more than ${maxBytes} bytes`);
  return ok(new Uint8Array(await readFile(path)));
}
