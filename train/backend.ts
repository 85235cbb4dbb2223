// The TensorFlow.js backend that training runs on.

import { createRequire } from "node:module";
import { fail, ok, type Failure, type Result } from "../src/base/result.ts";
import { useWasmBackend } from "./wasm-backend.ts";

export const BACKENDS = ["wasm", "node"] as const;

export type BackendName = (typeof BACKENDS)[number];

/** TensorFlow's native library, which a user may have installed; the GPU's first. */
const NATIVE_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** Makes the backend the one in use in this thread. */
export async function useBackend(name: BackendName): Promise<Result<null, Failure<"backend_missing">>> {
  if (name === "wasm") {
    await useWasmBackend();
    return ok(null);
  }
  const installed = NATIVE_PACKAGES.find(isInstalled);
  if (installed === undefined) {
    return fail(
      "backend_missing",
      "--backend node needs TensorFlow's native library: npm install --no-save @tensorflow/tfjs-node, or @tensorflow/tfjs-node-gpu",
    );
  }
  await import(installed);
  return ok(null);
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
