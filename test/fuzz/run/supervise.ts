// Watches the process that puts the inputs. An input that ends the process, or that it does not come back from, is a
// finding; another process goes on after it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createSchedule } from "./schedule.ts";
import type { AccountFile } from "./account-file.ts";
import { openAccount, type Account } from "./campaign.ts";

/** The slowest input takes less than a second on a busy machine. */
const HANG_MS = 120_000;
const LOOK_MS = 5000;
const MOST_DEATHS = 20;

export type Supervised = { path: string; file: AccountFile; targets: readonly { name: string; share: number }[] };

export async function supervise({ path, file, targets }: Supervised, seed: number, inputs: number): Promise<Account> {
  const scheduleOf = createSchedule(targets);
  for (let deaths = 0; ; deaths++) {
    const end = await runOnce(path, file, seed, inputs);
    const account = file.read() ?? openAccount(seed);
    const position = file.position();
    if (end === "done" || position === undefined || deaths === MOST_DEATHS) return account;
    account.skipped.push(position);
    account.findings.push({ ...scheduleOf(position), what: end });
    file.write(account);
  }
}

/** How the process ended: by itself, or why not. */
function runOnce(path: string, file: AccountFile, seed: number, inputs: number): Promise<string> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "put-inputs.ts"), path, String(seed), String(inputs)],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  let isHanging = false;
  let [last, since] = [file.position(), performance.now()];
  const timer = setInterval(() => {
    const position = file.position();
    if (position !== last) [last, since] = [position, performance.now()];
    isHanging = performance.now() - since > HANG_MS;
    if (isHanging) child.kill("SIGKILL");
    else console.error(`${position ?? 0} of ${inputs} inputs`);
  }, LOOK_MS);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      clearInterval(timer);
      if (code === 0) resolve("done");
      else resolve(isHanging ? "the process did not come back" : `the process ended with ${signal ?? `code ${code}`}`);
    });
  });
}
