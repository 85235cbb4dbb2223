// The Worker for engines without relaxed SIMD, built and run in workerd.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { builtModules, startBuiltWorker } from "./built-worker.ts";

const ROOT = join(import.meta.dirname, "../..");

test("the Worker with plain kernels has no module with relaxed SIMD, and reads a digit", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plain-simd-"));
  const args = ["wrangler", "deploy", "src/index-plain.ts", "--dry-run", "--env=", "--minify", "--outdir", folder];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  expect(spawnSync("npx", args, { cwd: ROOT, env }).status).toBe(0);
  const { modules } = await builtModules(folder, "index-plain.js");
  const names = modules.map(({ path }) => path.replace(/^[0-9a-f]+-/, ""));
  expect(names).toContain("kernels-plain.wasm");
  expect(names).not.toContain("kernels-relaxed.wasm");
  const worker = await startBuiltWorker({ modules });
  try {
    const body = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
    const response = await fetch(`${worker.url}/v1/models/mnist/classify`, { method: "POST", body });
    expect(await response.json()).toMatchObject({ decision: { outcome: "label", label: "7" } });
  } finally {
    await worker.stop();
    await rm(folder, { recursive: true });
  }
});
