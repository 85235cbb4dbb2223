// AssemblyScript to WebAssembly. The same source gives the same bytes on every machine.

import { join } from "node:path";
import { createMemoryStream, main } from "assemblyscript/asc";
import type { AssemblyModule } from "./assembly-modules.ts";

/** 4 GiB: whoever makes a memory to share may ask for no more than the module that imports it says. */
const MOST_PAGES = 65_536;

const ROOT = join(import.meta.dirname, "../..");

/** Throws what the compiler says of a source that it refuses. */
export async function assemble({ source, memory, relaxed }: AssemblyModule): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const options = [
    [source, "--baseDir", ROOT, "--outFile", "module.wasm", "--runtime", "stub", "--enable", "simd"],
    relaxed ? ["--enable", "relaxed-simd"] : [],
    ["--initialMemory", String(memory.pages)],
    memory.from === "own" ? [] : ["--importMemory", "--noExportMemory"],
    memory.from === "shared" ? ["--sharedMemory", "--enable", "threads", "--maximumMemory", String(MOST_PAGES)] : [],
    // Binaryen regroups chains of multiply-adds so that V8 runs out of registers, 10 to 40 % slower; V8 optimises anyway.
    ["-O0"],
    // What inlining leaves, a local for every value there is, makes a file four times as large, compressed, and no faster.
    ["--runPasses", "coalesce-locals,reorder-locals,vacuum"],
    // Vectors go from function to function inside the module, never out of it.
    ["--disableWarning", "112"],
  ].flat();
  const stderr = createMemoryStream();
  const { error } = await main(options, {
    stderr,
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") wasm = contents;
    },
  });
  if (error || !wasm) throw new Error(`${source} does not compile: ${stderr.toString()}`, { cause: error });
  return wasm;
}
