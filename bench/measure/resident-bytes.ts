// Memory of this process's children, as Linux counts it.

import { readdir, readFile } from "node:fs/promises";

/** The resident bytes of every child process called `name`; undefined without /proc or without such a child. */
export async function residentBytes(name: string): Promise<number | undefined> {
  const entries = await readdir("/proc").catch(() => []);
  const children = entries
    .filter((entry) => /^\d+$/.test(entry))
    // Processes may end while they are listed.
    .map((pid) => readFile(`/proc/${pid}/status`, "utf8").catch(() => ""));
  const resident = (await Promise.all(children))
    .filter((status) => status.startsWith(`Name:\t${name}\n`) && status.includes(`\nPPid:\t${process.pid}\n`))
    .map((status) => 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
  return resident.length > 0 ? resident.reduce((sum, bytes) => sum + bytes, 0) : undefined;
}
