// What a Worker answers with when object storage is down at its first request: the stable version of a model, laid out in
// a folder of static assets as it is in the registry, beside what its channel named at that time.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { PublicKey } from "../../src/bundle/signature/public-key.ts";
import { channelPointer, noChannels, STABLE, writeChannels } from "../../src/registry/channels/channels.ts";
import { readChannels } from "../../src/registry/channels/read-channels.ts";
import { fetchBundle } from "../../src/registry/fetch-bundle.ts";
import {
  blobKey,
  channelsKey,
  manifestKey,
  MAX_MANIFEST_BYTES,
  MAX_SIGNATURE_BYTES,
  signatureKey,
} from "../../src/registry/layout.ts";
import type { ObjectReader } from "../../src/registry/store/object-store.ts";

/** Of a file among a Worker's static assets (developers.cloudflare.com/workers/platform/limits). */
const MAX_ASSET_BYTES = 25 * 1024 * 1024;

/** Ships only what the Worker will accept: a bundle that verifies with its keys. Gives the version. */
export async function shipFallback(
  store: ObjectReader,
  model: string,
  trustedKeys: readonly PublicKey[],
  folder: string,
): Promise<Result<{ version: string }, Failure<string>>> {
  const read = await readChannels(store, model);
  if (!read.ok) return fail(read.error.reason, `${model}: ${read.error.detail}`);
  const pointer = channelPointer(read.value.channels, STABLE);
  if (!pointer) return fail("fallback_missing", `${model} has no stable version that could be shipped with the Worker`);
  const { version } = pointer;
  const terms = { trustedKeys, at: new Date().toISOString(), maxBytes: Number.MAX_SAFE_INTEGER };
  const bundle = await fetchBundle(store, model, pointer, terms);
  if (!bundle.ok) return fail(bundle.error.reason, `${model} ${version}: ${bundle.error.detail}`);
  const large = bundle.value.manifest.files.find(({ bytes }) => bytes > MAX_ASSET_BYTES);
  if (large) return fail("fallback_too_large", `${model} ${version}: ${large.path} is larger than an asset may be`);
  const manifest = await store.get(manifestKey(model, version), MAX_MANIFEST_BYTES);
  const signature = await store.get(signatureKey(model, version), MAX_SIGNATURE_BYTES);
  if (!manifest.ok) return manifest;
  if (!signature.ok) return signature;

  await writeAsset(folder, manifestKey(model, version), manifest.value.bytes);
  await writeAsset(folder, signatureKey(model, version), signature.value.bytes);
  for (const { path, sha256 } of bundle.value.manifest.files) {
    await writeAsset(folder, blobKey(sha256), bundle.value.files.get(path) ?? new Uint8Array());
  }
  // Other channels and the names in the history are no concern of an isolate that cannot reach storage.
  const channels = { ...noChannels(model), channels: { [STABLE]: pointer } };
  await writeAsset(folder, channelsKey(model), writeChannels(channels));
  return ok({ version });
}

async function writeAsset(folder: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
