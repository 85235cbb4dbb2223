// `edgescope publish`: a bundle's folder to a registry.

import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import { readBundleFolder } from "../../pack/bundle-folder.ts";
import type { PackedBundle } from "../../pack/pack-bundle.ts";
import { authorOf } from "../../publish/author.ts";
import { destinationKey, openDestination, type Destination } from "../../publish/destination.ts";
import { publish } from "../../publish/publish.ts";

/** Without a channel the bundle is uploaded and named by none. */
export type PublishOptions = { to: Destination; channel: string | false; key?: string; by?: string };

export async function publishFolder(
  folder: string,
  options: PublishOptions,
  environment: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const bundle = await readBundleFolder(folder);
  return bundle.ok ? publishPacked(bundle.value, options, environment, output) : bundle;
}

export async function publishPacked(
  bundle: PackedBundle,
  { to, channel, key: keyPath, by }: PublishOptions,
  environment: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const key = await destinationKey(to, keyPath);
  if (!key.ok) return key;
  const opened = await openDestination(to, environment);
  if (!opened.ok) return opened;
  const { store, close } = opened.value;
  try {
    const target = { ...authorOf(by), ...(channel !== false && { channel }) };
    const published = await publish(store, bundle, key.value, target);
    if (!published.ok) return published;
    const { name, version } = bundle.manifest;
    const word = published.value.changed ? "now names" : "already named";
    const what = channel === false ? `${name} ${version} is uploaded` : `${name}@${channel} ${word} ${version}`;
    output.write(`${to}: ${what}, digest ${bundle.digest}\n`);
    return ok(null);
  } finally {
    await close();
  }
}
