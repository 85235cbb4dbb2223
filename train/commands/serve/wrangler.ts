// Runs Wrangler as a child process, quiet towards the network.

import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** No usage reports, and no look-up of the `cf` object that local requests are given. */
const QUIET = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

export function spawnWrangler(args: readonly string[], stdio: StdioOptions): ChildProcess {
  const folder = dirname(createRequire(import.meta.url).resolve("wrangler/package.json"));
  return spawn(process.execPath, [join(folder, "bin/wrangler.js"), ...args], {
    stdio,
    env: { ...process.env, ...QUIET },
  });
}

/** Gives the exit code; 1 for a process that a signal ended. */
export async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
