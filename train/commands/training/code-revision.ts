// Which code made a bundle.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What shapes a model; retrained bundles and documents in the tree do not make the code another. */
const CODE = ["src", "train", "package-lock.json"];

/** The commit, with "-modified" where the code differs from it, or "unknown" outside a checkout. */
export async function codeRevision(): Promise<string> {
  try {
    const { stdout: commit } = await run("git", ["rev-parse", "HEAD"]);
    const { stdout: changes } = await run("git", ["status", "--porcelain", "--", ...CODE]);
    return commit.trim() + (changes === "" ? "" : "-modified");
  } catch {
    return "unknown";
  }
}
