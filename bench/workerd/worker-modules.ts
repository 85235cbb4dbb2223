// The modules of a Worker: the built product's, built first when it is missing or older than its sources, and a Worker's
// that is given as text.

import { spawnSync } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";

export type WorkerModule = { type: "esm" | "wasm"; contents: Uint8Array<ArrayBuffer> };

/** By name; `index.js` is the entry. */
export type WorkerModules = Record<string, WorkerModule>;

export const ROOT = join(import.meta.dirname, "../..");

const TYPES: Record<string, WorkerModule["type"] | undefined> = { ".js": "esm", ".wasm": "wasm" };

export async function builtWorker(): Promise<WorkerModules> {
  const folder = join(ROOT, "dist/worker");
  const built = await stat(join(folder, "index.js")).catch(() => undefined);
  if (!built || built.mtimeMs < (await newestSource())) run("npm", ["run", "build"]);
  return readModules(folder);
}

/** Bundles another entry with the product's own configuration, into dist/<name>. */
export async function buildWorker(entry: string, name: string): Promise<WorkerModules> {
  const outdir = join("dist", name);
  run("npx", ["wrangler", "deploy", entry, "--dry-run", "--env=", "--minify", "--outdir", outdir]);
  return readModules(join(ROOT, outdir));
}

export const textWorker = (code: string): WorkerModules => ({
  "index.js": { type: "esm", contents: new TextEncoder().encode(code) },
});

async function readModules(folder: string): Promise<WorkerModules> {
  const modules: WorkerModules = {};
  const names = await readdir(folder);
  const script = await readFile(join(folder, names.find((name) => extname(name) === ".js") ?? ""), "utf8");
  for (const name of names) {
    // The folder may still hold modules of earlier builds.
    if (extname(name) === ".wasm" && !script.includes(name)) continue;
    // A build leaves its source map and a README beside the modules; they are not uploaded.
    const type = TYPES[extname(name)];
    // A bundle has one script, named after its source.
    if (type)
      modules[type === "esm" ? "index.js" : name] = {
        type,
        contents: Uint8Array.from(await readFile(join(folder, name))),
      };
  }
  return modules;
}

async function newestSource(): Promise<number> {
  const names = await readdir(join(ROOT, "src"), { recursive: true });
  const files = ["wrangler.toml", "package.json", ...names.map((name) => join("src", name))];
  const stats = await Promise.all(files.map((file) => stat(join(ROOT, file))));
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}
