// Signs a packed bundle and publishes it.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import { publicKeyHint } from "../../src/bundle/signature/public-key.ts";
import { signBundle, type SigningKey } from "../../src/bundle/signature/sign-bundle.ts";
import type { Author } from "../../src/registry/channels/plan-promotion.ts";
import { readChannels } from "../../src/registry/channels/read-channels.ts";
import type { ObjectStore } from "../../src/registry/store/object-store.ts";
import { publishBundle, type PublishReason } from "../../src/registry/publish-bundle.ts";
import { toResources } from "../pack/bundle-folder.ts";
import type { PackedBundle } from "../pack/pack-bundle.ts";

/** Gives whether the channel moved; publishing again what is there already changes nothing. */
export async function publish(
  store: ObjectStore,
  bundle: PackedBundle,
  key: SigningKey,
  to: Author & { channel?: string },
): Promise<Result<{ changed: boolean }, Failure<PublishReason>>> {
  const signatureBytes = await signBundle(bundle.manifest.name, toResources(bundle), key);
  const publicKey = { key: key.publicKey, hint: await publicKeyHint(key.publicKey) };
  return publishBundle(store, { ...bundle, signatureBytes, publicKey }, to);
}

/** Publishes a bundle that the registry has never held; one that it has held stays wherever its channels are now. */
export async function publishUnlessKnown(
  store: ObjectStore,
  bundle: PackedBundle,
  key: SigningKey,
  to: Author & { channel: string },
): Promise<Result<{ changed: boolean }, Failure<PublishReason>>> {
  const known = await readChannels(store, bundle.manifest.name);
  const isKnown = known.ok && known.value.channels.history.some(({ digest }) => digest === bundle.digest);
  return isKnown ? ok({ changed: false }) : publish(store, bundle, key, to);
}
