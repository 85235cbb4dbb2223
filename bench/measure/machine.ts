// What a figure was measured on and with.

import { readFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, loadavg, platform } from "node:os";

const PACKAGES = [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-layers",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-cpu",
  "miniflare",
  "workerd",
  "onnxruntime-web",
  "onnxruntime-node",
  "@jsquash/jpeg",
  "sharp",
];

/** The processor, Node, and each package that is installed. */
export async function describeMachine(): Promise<Record<string, string>> {
  const versions = await Promise.all(PACKAGES.map(async (name) => [name, await readVersion(name)] as const));
  return {
    cpu: `${cpus()[0]?.model.trim()} x ${availableParallelism()} (${platform()} ${arch()})`,
    // Of the last minute; above the number of processors, whatever is timed has waited.
    load: loadavg()[0].toFixed(1),
    node: process.versions.node,
    ...Object.fromEntries(versions.filter(([, version]) => version !== undefined)),
  };
}

/** Reads package.json itself: the runtimes do not export theirs. */
async function readVersion(name: string): Promise<string | undefined> {
  for (const folder of ["../node_modules", "../../node_modules"]) {
    const text = await readFile(new URL(`${folder}/${name}/package.json`, import.meta.url), "utf8").catch(
      () => undefined,
    );
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  return undefined;
}
