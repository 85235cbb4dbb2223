// `edgescope publish`: a bundle's folder to a registry.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import { readBundleFolder } from "../pack/bundle-folder.ts";
import type { PackedBundle } from "../pack/pack-bundle.ts";
import { destinationKey, openDestination, type Destination } from "../publish/destination.ts";
import { publish } from "../publish/publish.ts";

export type PublishOptions = { to: Destination; channel: string; key?: string };

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
  { to, channel, key: keyPath }: PublishOptions,
  environment: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const key = await destinationKey(to, keyPath);
  if (!key.ok) return key;
  const opened = await openDestination(to, environment);
  if (!opened.ok) return opened;
  const { store, close } = opened.value;
  try {
    const published = await publish(store, bundle, key.value, channel);
    if (!published.ok) return published;
    const { name, version } = bundle.manifest;
    const word = published.value.changed ? "now names" : "already named";
    output.write(`${to}: ${name}@${channel} ${word} ${version}, digest ${bundle.digest}\n`);
    return ok(null);
  } finally {
    await close();
  }
}
