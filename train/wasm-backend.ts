// The one way training and tests on Node get the TensorFlow.js WASM backend: single-threaded SIMD, so that the same
// seed gives the same bytes, and with the gradient kernels that the stock backend lacks or has in slow code.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { useKernels } from "../src/model/plan/heap.ts";
import { loadKernelModule } from "./kernel-module.ts";
import { registerBatchMatMul } from "./kernels/batch-mat-mul.ts";
import { registerBatchNormalization } from "./kernels/batch-normalization.ts";
import { registerConv2DBackpropFilter } from "./kernels/conv2d-backprop-filter.ts";
import { registerConv2DBackpropInput } from "./kernels/conv2d-backprop-input.ts";
import { registerDepthwiseBackpropFilter } from "./kernels/depthwise-backprop-filter.ts";
import { registerDepthwiseBackpropInput } from "./kernels/depthwise-backprop-input.ts";
import { registerMaxPoolGrad } from "./kernels/max-pool-grad.ts";
import { registerRelu6 } from "./kernels/relu6.ts";

/** Makes the WASM backend the current one; calling it again is harmless. */
export async function useWasmBackend(): Promise<void> {
  if (tf.getBackend() !== "wasm") {
    const packageMain = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(dirname(packageMain) + sep);
    setThreadsCount(1);
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    if (!(await tf.setBackend("wasm"))) throw new Error("The TensorFlow.js WASM backend did not start.");
    useKernels(await loadKernelModule());
  }
  registerBatchMatMul();
  registerBatchNormalization();
  registerConv2DBackpropFilter();
  registerConv2DBackpropInput();
  registerDepthwiseBackpropFilter();
  registerDepthwiseBackpropInput();
  registerMaxPoolGrad();
  registerRelu6();
}
