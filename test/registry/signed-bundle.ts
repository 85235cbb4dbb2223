// Released bundles of the checkout, signed with a key made for the test.

import { join } from "node:path";
import { fail } from "../../src/base/result.ts";
import { publicKeyHint, type PublicKey } from "../../src/bundle/signature/public-key.ts";
import { signBundle, type SigningKey } from "../../src/bundle/signature/sign-bundle.ts";
import { channelPointer } from "../../src/registry/channels/channels.ts";
import { readChannels } from "../../src/registry/channels/read-channels.ts";
import { fetchBundle } from "../../src/registry/fetch-bundle.ts";
import type { ObjectReader } from "../../src/registry/store/object-store.ts";
import type { Publication } from "../../src/registry/publish-bundle.ts";
import { readBundleFolder, toResources, writeBundleFolder } from "../../train/pack/bundle-folder.ts";
import { withManifest, type PackedBundle } from "../../train/pack/pack-bundle.ts";

export const MODELS_FOLDER = join(import.meta.dirname, "../../models");
export const DIGITS_FOLDER = join(MODELS_FOLDER, "mnist");

export async function createKey(): Promise<{ signingKey: SigningKey; publicKey: PublicKey }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return { signingKey: pair, publicKey: { key: pair.publicKey, hint: await publicKeyHint(pair.publicKey) } };
}

/** Fetches what a channel of a model names, as of 22 November 2026. */
export async function fetchChannel(store: ObjectReader, trustedKeys: PublicKey[], model = "mnist", channel = "stable") {
  const read = await readChannels(store, model);
  const pointer = read.ok ? channelPointer(read.value.channels, channel) : undefined;
  if (!pointer) return read.ok ? fail("model_not_found", "no such channel") : read;
  const terms = { trustedKeys, at: "2026-11-22T10:00:00Z", maxBytes: 64 * 1024 * 1024 };
  return fetchBundle(store, model, pointer, terms);
}

/** `version` makes another release of the same model. */
export const signedDigits = (key: Awaited<ReturnType<typeof createKey>>, version = "1.0.0"): Promise<Publication> =>
  signedRelease("mnist", key, version);

/** A released bundle of the checkout; under its own version unless another is given. */
export async function signedRelease(
  name: string,
  key: Awaited<ReturnType<typeof createKey>>,
  version?: string,
): Promise<Publication> {
  const read = await readBundleFolder(join(MODELS_FOLDER, name));
  if (!read.ok) throw new Error(read.error.detail);
  const { files: _, ...description } = read.value.manifest;
  return sign(await withManifest({ ...description, version: version ?? description.version }, read.value.files), key);
}

/** Writes the released digits under another version, unsigned. */
export async function writeReleaseAs(version: string, folder: string): Promise<void> {
  const bundle = await readBundleFolder(DIGITS_FOLDER);
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const { files: _, ...description } = bundle.value.manifest;
  await writeBundleFolder(
    folder,
    await withManifest({ ...description, version }, bundle.value.files),
    new Uint8Array(1),
  );
}

export async function sign(
  bundle: PackedBundle,
  { signingKey, publicKey }: Awaited<ReturnType<typeof createKey>>,
): Promise<Publication> {
  const signatureBytes = await signBundle(bundle.manifest.name, toResources(bundle), signingKey);
  return { ...bundle, signatureBytes, publicKey };
}
