import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

const MALLOC = "_malloc";

/** From now on counts the tensors and arenas that the WASM backend in use asks its heap for; gives how many there were. */
export function countAllocations(): () => number {
  let allocations = 0;
  // The first call puts the function in the place of a stub.
  tf.scalar(0).dispose();
  const wasm = (tf.backend() as BackendWasm).wasm as unknown as Record<string, (bytes: number) => number>;
  const malloc = wasm[MALLOC];
  wasm[MALLOC] = (bytes) => {
    allocations++;
    return malloc(bytes);
  };
  return () => allocations;
}
