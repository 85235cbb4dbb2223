// The released digits bundle of the checkout, signed with a key made for the test.

import { join } from "node:path";
import { publicKeyHint, type PublicKey } from "../../src/bundle/public-key.ts";
import { signBundle, type SigningKey } from "../../src/bundle/sign-bundle.ts";
import type { Publication } from "../../src/registry/publish-bundle.ts";
import { readBundleFolder, toResources } from "../../train/pack/bundle-folder.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";

export const DIGITS_FOLDER = join(import.meta.dirname, "../../models/mnist");

export async function createKey(): Promise<{ signingKey: SigningKey; publicKey: PublicKey }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return { signingKey: pair, publicKey: { key: pair.publicKey, hint: await publicKeyHint(pair.publicKey) } };
}

/** `version` makes another release of the same model. */
export async function signedDigits(
  { signingKey, publicKey }: Awaited<ReturnType<typeof createKey>>,
  version = "1.0.0",
): Promise<Publication> {
  const read = await readBundleFolder(DIGITS_FOLDER);
  if (!read.ok) throw new Error(read.error.detail);
  const { files: _, ...description } = read.value.manifest;
  const bundle = await withManifest({ ...description, version }, read.value.files);
  return { ...bundle, signatureBytes: await signBundle("mnist", toResources(bundle), signingKey), publicKey };
}
