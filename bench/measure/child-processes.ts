// Memory and processor time of this process's children, as Linux counts them.

import { readdir, readFile } from "node:fs/promises";

/** USER_HZ, the unit of /proc/<pid>/stat on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;

/** The resident bytes of every child process called `name`; undefined without /proc or without such a child. */
export const residentBytes = (name: string): Promise<number | undefined> =>
  sumOverChildren(name, (pid) => readStatusBytes(pid, "VmRSS"));

/** The most that they ever were. */
export const peakResidentBytes = (name: string): Promise<number | undefined> =>
  sumOverChildren(name, (pid) => readStatusBytes(pid, "VmHWM"));

async function readStatusBytes(pid: string, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}

/** Seconds on a processor so far, in user and system mode; undefined without /proc or without such a child. */
export const processorSeconds = (name: string): Promise<number | undefined> =>
  sumOverChildren(name, async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // Fields 14 and 15; the second field is a name in brackets that may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });

async function sumOverChildren(name: string, measure: (pid: string) => Promise<number>): Promise<number | undefined> {
  const entries = await readdir("/proc").catch(() => []);
  // Processes may end while they are listed.
  const measured = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (pid) => ((await isChild(pid, name)) ? measure(pid) : undefined))
      .map((value) => value.catch(() => undefined)),
  );
  const known = measured.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : undefined;
}

async function isChild(pid: string, name: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return status.startsWith(`Name:\t${name}\n`) && status.includes(`\nPPid:\t${process.pid}\n`);
}
