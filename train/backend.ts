// The TensorFlow.js backend that training runs on.

import { createRequire } from "node:module";
import { backend, setBackend } from "@tensorflow/tfjs-core";
import { fail, ok, type Failure, type Result } from "../src/base/result.ts";
import { openWorkspace } from "./kernels/workspace.ts";
import { useWasmBackend } from "./wasm-backend.ts";

export const BACKENDS = ["wasm", "node"] as const;

export type BackendName = (typeof BACKENDS)[number];

/** TensorFlow's native library, which a user may have installed; the GPU's first. */
const NATIVE_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** Asked before anything is begun: is what the caller wants to train on installed? */
export function checkBackend(name: BackendName): Result<null, Failure<"backend_missing">> {
  if (name === "wasm" || NATIVE_PACKAGES.some(isInstalled)) return ok(null);
  return fail(
    "backend_missing",
    "--backend node needs TensorFlow's native library: npm install --no-save @tensorflow/tfjs-node, or @tensorflow/tfjs-node-gpu",
  );
}

/** Makes a backend that has been checked the one in use in this thread. */
export async function useBackend(name: BackendName): Promise<void> {
  if (name === "wasm") return useWasmBackend();
  const installed = NATIVE_PACKAGES.find(isInstalled);
  if (installed === undefined) throw new Error("the native library is not installed");
  await import(installed);
  if (!(await setBackend("tensorflow"))) throw new Error("the native library does not start");
  await openWorkspace(backend());
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
