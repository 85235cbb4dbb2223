// Makes of dist the package that applications install: the client alone, without the service's dependencies. Part of
// `npm run build`.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

async function writeClientPackage(folder: string): Promise<void> {
  const { name, version, license, type } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const description =
    "Client of an Edgescope classification service: fetch only, for browsers, React Native, Node and Workers.";
  const entry = { types: "./client/index.d.ts", default: "./client/index.js" };
  const manifest = {
    name,
    version,
    description,
    license,
    type,
    sideEffects: false,
    files: ["client"],
    exports: { "./client": entry },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2) + "\n");
  await copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  await copyFile(join(ROOT, "src/client/README.md"), join(folder, "README.md"));
}

await writeClientPackage(join(ROOT, "dist"));
