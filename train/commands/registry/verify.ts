// `edgescope verify`: is this folder, or this version in a registry, byte for byte what a trusted key signed?

import { readFile } from "node:fs/promises";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { parsePublicKeys, type PublicKey } from "../../../src/bundle/signature/public-key.ts";
import { channelPointer, versionPointer } from "../../../src/registry/channels/channels.ts";
import { readChannels } from "../../../src/registry/channels/read-channels.ts";
import { fetchBundle } from "../../../src/registry/fetch-bundle.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { verifyBundleFolder } from "../../pack/bundle-folder.ts";
import type { Destination } from "../../publish/destination.ts";
import { findVersion } from "../../../src/registry/stored-version.ts";
import { inRegistry } from "./in-registry.ts";

/** A bundle in a registry is written `model@version` or `model@channel`. */
export type VerifyFlags = { key: string; in?: Destination };

export async function verify(
  bundle: string,
  { key: keyPath, in: registry }: VerifyFlags,
  environment: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const keys = await readKeys(keyPath);
  if (!keys.ok) return keys;
  const verified =
    registry === undefined
      ? await verifyBundleFolder(bundle, keys.value)
      : await inRegistry({ in: registry, environment, output }, (store) => verifyStored(store, bundle, keys.value));
  if (!verified.ok) return verified;
  const { manifest, digest } = verified.value;
  output.write(`${bundle}: ${manifest.name} ${manifest.version}, digest ${digest}, verified\n`);
  return ok(null);
}

async function readKeys(path: string): Promise<Result<PublicKey[], Failure<string>>> {
  const pem = await readFile(path, "utf8").catch(() => undefined);
  if (pem === undefined) return fail("key_missing", `${path} cannot be read`);
  const keys = await parsePublicKeys(pem);
  return keys.ok ? keys : fail(keys.error.reason, `${path}: ${keys.error.detail}`);
}

/** As the Worker would: what a channel names, or a version by the digest that a channel names or once named it by. */
async function verifyStored(store: ObjectStore, bundle: string, trustedKeys: readonly PublicKey[]) {
  const [, model, target] = /^([^@]*)@([^@]*)$/.exec(bundle) ?? [];
  if (model === undefined || target === undefined)
    return fail("usage", "a bundle in a registry is written MODEL@VERSION or MODEL@CHANNEL");
  const read = await readChannels(store, model);
  if (!read.ok && read.error.reason !== "model_not_found") return read;
  const named = read.ok && (channelPointer(read.value.channels, target) ?? versionPointer(read.value.channels, target));
  const pointer = named ? ok(named) : await findVersion(store, model, target);
  if (!pointer.ok) return pointer;
  const terms = { trustedKeys, at: new Date().toISOString(), maxBytes: Number.MAX_SAFE_INTEGER };
  return fetchBundle(store, model, pointer.value, terms);
}
