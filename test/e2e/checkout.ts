// A copy of the checkout in a folder of its own, so that a test can use the command line as a user would without
// touching this one's state. The installed packages are shared.

import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What a command needs; neither tests nor local state. */
const PARTS = ["package.json", "tsconfig.json", "wrangler.toml", "src", "train", "models"];

export async function createCheckout(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "edgescope-checkout-"));
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export type Run = {
  child: ChildProcess;
  /** Resolves once the output holds `text`; rejects if the process ends without it. */
  until: (text: string) => Promise<void>;
  /** Resolves when the process has ended and closed its output. */
  ended: Promise<{ code: number | null; output: string }>;
};

/** Runs `edgescope` as npm does, in a process group of its own so that a test can press Ctrl-C. */
export function runEdgescope(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, ["train/edgescope.mjs", ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const notify = () => waiting.forEach((check) => check());
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      notify();
    });
  }
  let closed = false;
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => {
      closed = true;
      resolve({ code, output });
      notify();
    }),
  );
  return {
    child,
    ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (output.includes(text)) resolve();
          else if (closed) reject(new Error(`ended without "${text}":\n${output}`));
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Sends SIGINT to the command and everything it started, as a terminal does. */
export function pressCtrlC({ child }: Run): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
}
