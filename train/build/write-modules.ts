// Compiles every AssemblyScript module to the file that is committed. Part of `npm run build`.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assemble } from "./assemble.ts";
import { ASSEMBLY_MODULES } from "./assembly-modules.ts";

const ROOT = join(import.meta.dirname, "../..");

for (const module of ASSEMBLY_MODULES) {
  const path = join(ROOT, module.output);
  const wasm = await assemble(module);
  const committed = await readFile(path).catch(() => undefined);
  if (!committed?.equals(wasm)) await writeFile(path, wasm);
  console.log(`${module.output} ${wasm.length} bytes`);
}
