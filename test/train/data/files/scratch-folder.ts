// A folder of files that a test writes and that goes when its test file has run.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** `write` takes a path inside the folder and gives where it wrote. */
export async function createScratchFolder() {
  const path = await mkdtemp(join(tmpdir(), "edgescope-data-"));
  afterAll(() => rm(path, { recursive: true }));
  return {
    path,
    write: async (name: string, content: Uint8Array | string) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
  };
}
