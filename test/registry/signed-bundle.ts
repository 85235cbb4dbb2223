// Released bundles of the checkout, signed with a key made for the test.

import { join } from "node:path";
import { publicKeyHint, type PublicKey } from "../../src/bundle/public-key.ts";
import { signBundle, type SigningKey } from "../../src/bundle/sign-bundle.ts";
import type { Publication } from "../../src/registry/publish-bundle.ts";
import { readBundleFolder, toResources } from "../../train/pack/bundle-folder.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";

export const MODELS_FOLDER = join(import.meta.dirname, "../../models");
export const DIGITS_FOLDER = join(MODELS_FOLDER, "mnist");

export async function createKey(): Promise<{ signingKey: SigningKey; publicKey: PublicKey }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return { signingKey: pair, publicKey: { key: pair.publicKey, hint: await publicKeyHint(pair.publicKey) } };
}

/** `version` makes another release of the same model. */
export const signedDigits = (key: Awaited<ReturnType<typeof createKey>>, version = "1.0.0"): Promise<Publication> =>
  signedRelease("mnist", key, version);

/** A released bundle of the checkout; under its own version unless another is given. */
export async function signedRelease(
  name: string,
  { signingKey, publicKey }: Awaited<ReturnType<typeof createKey>>,
  version?: string,
): Promise<Publication> {
  const read = await readBundleFolder(join(MODELS_FOLDER, name));
  if (!read.ok) throw new Error(read.error.detail);
  const { files: _, ...description } = read.value.manifest;
  const bundle = await withManifest({ ...description, version: version ?? description.version }, read.value.files);
  return { ...bundle, signatureBytes: await signBundle(name, toResources(bundle), signingKey), publicKey };
}
