import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ASSEMBLY_MODULES } from "../../../train/build/assembly-modules.ts";
import { assemble } from "../../../train/build/assemble.ts";

const ROOT = join(import.meta.dirname, "../../..");

test.for(ASSEMBLY_MODULES)("$output is what its source compiles to, byte for byte", async (module) => {
  const committed = await readFile(join(ROOT, module.output));
  expect(committed.equals(await assemble(module))).toBe(true);
});

test("no other compiled file is committed", async () => {
  const folders = ["src", "train", "bench", "models", "test"].map((folder) => `${folder}/**/*.wasm`);
  const exclude = (path: string) => path.includes("node_modules");
  const found: string[] = [];
  for await (const path of glob(folders, { cwd: ROOT, exclude })) found.push(path);
  expect(found.toSorted()).toEqual(ASSEMBLY_MODULES.map(({ output }) => output).toSorted());
});

test("a source that does not compile is refused with what the compiler says", async () => {
  const source = "test/train/build/no-such-source.ts";
  await expect(assemble({ ...ASSEMBLY_MODULES[0], source })).rejects.toThrow(/no-such-source/);
});
