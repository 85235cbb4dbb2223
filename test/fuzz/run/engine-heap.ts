// The WebAssembly memory that the engine computes in: it grows and never shrinks, so whatever an input makes it grow by is
// the isolate's for good.

import { findBackend } from "@tensorflow/tfjs-core";

/** 0 before there is an engine. */
export function engineHeapBytes(): number {
  const engine = findBackend("wasm") as unknown as { wasm?: { asm: { memory: WebAssembly.Memory } } } | null;
  return engine?.wasm?.asm.memory.buffer.byteLength ?? 0;
}
