// The one way training and tests on Node get the TensorFlow.js WASM backend: single-threaded SIMD, so that the same
// seed gives the same bytes, and with the convolution's filter gradient that the stock backend lacks.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { registerConv2DBackpropFilter } from "./kernels/conv2d-backprop-filter.ts";

/** Makes the WASM backend the current one; calling it again is harmless. */
export async function useWasmBackend(): Promise<void> {
  if (tf.getBackend() !== "wasm") {
    const packageMain = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(dirname(packageMain) + sep);
    setThreadsCount(1);
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    if (!(await tf.setBackend("wasm"))) throw new Error("The TensorFlow.js WASM backend did not start.");
  }
  registerConv2DBackpropFilter();
}
