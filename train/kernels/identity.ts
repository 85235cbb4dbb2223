// Clones without copies. tfjs-core clones every tensor that a gradient will need, and the stock WASM kernel copies it;
// tensors are never written to, so two of them may have the same data, as on the CPU backend.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel, runStockKernel } from "./replace-kernel.ts";

/** Registers the kernel with the WASM backend, once. */
export function registerIdentity(): void {
  replaceKernel<"x", object>(tf.Identity, (call) => {
    const { inputs, backend } = call;
    const { dataId, shape, dtype } = inputs.x;
    if (dtype === "string") return runStockKernel(tf.Identity, call);
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  });
}
