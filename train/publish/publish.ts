// Signs a packed bundle and publishes it.

import { userInfo } from "node:os";
import type { Failure, Result } from "../../src/base/result.ts";
import { publicKeyHint } from "../../src/bundle/public-key.ts";
import { signBundle, type SigningKey } from "../../src/bundle/sign-bundle.ts";
import type { ObjectStore } from "../../src/registry/object-store.ts";
import { publishBundle, type PublishReason } from "../../src/registry/publish-bundle.ts";
import { toResources } from "../pack/bundle-folder.ts";
import type { PackedBundle } from "../pack/pack-bundle.ts";

/** Gives whether the channel moved; publishing again what is there already changes nothing. */
export async function publish(
  store: ObjectStore,
  bundle: PackedBundle,
  key: SigningKey,
  channel: string,
): Promise<Result<{ changed: boolean }, Failure<PublishReason>>> {
  const signatureBytes = await signBundle(bundle.manifest.name, toResources(bundle), key);
  const publicKey = { key: key.publicKey, hint: await publicKeyHint(key.publicKey) };
  const change = { channel, at: new Date().toISOString(), by: userInfo().username };
  return publishBundle(store, { ...bundle, signatureBytes, publicKey }, change);
}
