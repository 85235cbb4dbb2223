// The configuration that a Worker with a fallback is deployed with: wrangler.toml, and static assets that only the Worker
// reads. wrangler.toml itself cannot name a folder that is there only sometimes.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { experimental_readRawConfig } from "wrangler";

/** Gives the path of the configuration. */
export async function writeWranglerConfig(assetsFolder: string, path: string): Promise<string> {
  const { rawConfig } = experimental_readRawConfig({ config: "wrangler.toml" });
  const config = {
    ...rawConfig,
    // Paths are read from where the configuration lies.
    main: resolve(rawConfig.main ?? ""),
    // Without run_worker_first the platform would serve the bundle's files to whoever asks.
    assets: { directory: resolve(assetsFolder), binding: "ASSETS", run_worker_first: true },
  };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`);
  return path;
}
