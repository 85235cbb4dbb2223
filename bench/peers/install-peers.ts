// Installs the peers of bench/package.json when they are missing, in the versions of its lockfile.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// onnxruntime-node's install script would fetch CUDA libraries from outside the npm registry; the CPU library is packed.
const COMMAND = "npm ci --prefix bench --ignore-scripts";

export function installPeers(): void {
  const peers = ["onnxruntime-node", "onnxruntime-web", "sharp"];
  if (peers.every((name) => existsSync(new URL(`../node_modules/${name}`, import.meta.url)))) return;
  // On stderr, so that --json leaves one document on stdout.
  console.error(`The peers are not installed (some 400 MB in bench/node_modules); running: ${COMMAND}`);
  const [npm, ...args] = COMMAND.split(" ");
  const { status } = spawnSync(npm, args, { cwd: new URL("../..", import.meta.url), stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`The peers could not be installed; the benchmarks that have them need: ${COMMAND}`);
}
