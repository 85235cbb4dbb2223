// The kernels' WebAssembly for Node, compiled from the repository. The Worker imports one of the two builds statically.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export type KernelBuild = "relaxed" | "plain";

const FOLDER = join(import.meta.dirname, "../src/model/kernels");

/** The build with relaxed SIMD where the engine has it, unless told otherwise. */
export async function loadKernelModule(build?: KernelBuild): Promise<WebAssembly.Module> {
  const relaxed = await readFile(join(FOLDER, "kernels-relaxed.wasm"));
  const isRelaxed = build ? build === "relaxed" : WebAssembly.validate(relaxed);
  return WebAssembly.compile(isRelaxed ? relaxed : await readFile(join(FOLDER, "kernels-plain.wasm")));
}
