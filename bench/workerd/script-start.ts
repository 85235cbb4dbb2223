// How long a Worker's script takes to start: workerd by itself, without Miniflare, which has work of its own for every
// byte of a script.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { readCompatibilityDate } from "./start-worker.ts";
import type { WorkerModules } from "./worker-modules.ts";

export type Script = { run: () => Promise<void>; after: () => Promise<void>; remove: () => Promise<void> };

/** `run` ends when a workerd with the modules listens: by then the script has been compiled and run. `after` stops it. */
export async function prepareScript(modules: WorkerModules): Promise<Script> {
  const folder = await mkdtemp(join(tmpdir(), "edgescope-script-"));
  for (const [name, { contents }] of Object.entries(modules)) await writeFile(join(folder, name), contents);
  const config = join(folder, "config.capnp");
  await writeFile(config, writeConfig(modules, await readCompatibilityDate()));
  const { default: workerd } = createRequire(import.meta.url)("workerd") as { default: string };
  let child: ChildProcess | undefined;
  return {
    async run() {
      child = spawn(workerd, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
      // workerd writes one line for each socket that it has begun to listen on.
      const listening = once(child.stdio[3] as Readable, "data");
      const failed = once(child, "exit").then(() => {
        throw new Error("workerd did not start");
      });
      await Promise.race([listening, failed]);
    },
    async after() {
      if (!child) return;
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** workerd takes the first module as the entry. */
function writeConfig(modules: WorkerModules, compatibilityDate: string): string {
  const names = Object.keys(modules).toSorted((a, b) => Number(b === "index.js") - Number(a === "index.js"));
  const listed = names.map(
    (name) => `(name = "${name}", ${modules[name].type === "esm" ? "esModule" : "wasm"} = embed "${name}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .script)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const script :Workerd.Worker = (compatibilityDate = "${compatibilityDate}", modules = [${listed.join(", ")}]);
`;
}
