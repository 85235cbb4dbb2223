// The one way training and tests on Node get the TensorFlow.js WASM backend: single-threaded SIMD, so that the same
// seed gives the same bytes, and for training with the kernels that the stock backend lacks or has in slow code.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { useKernels } from "../src/model/plan/heap.ts";
import { loadKernelModule } from "./kernel-module.ts";
import { registerConv2D } from "./kernels/convolution/conv2d.ts";
import { registerConv2DLayer } from "./kernels/convolution/conv2d-layer.ts";
import { registerBatchMatMul } from "./kernels/dense/batch-mat-mul.ts";
import { registerFusedMatMul } from "./kernels/dense/fused-mat-mul.ts";
import { registerDepthwiseConv2D } from "./kernels/depthwise/depthwise-conv2d.ts";
import { registerIdentity } from "./kernels/identity.ts";
import { registerBatchNormalization } from "./kernels/normalization/batch-normalization.ts";
import { registerMaxPool } from "./kernels/pooling/max-pool.ts";
import { registerPoolGradients } from "./kernels/pooling/pool-gradients.ts";
import { registerRelus } from "./kernels/relus.ts";
import { openWorkspace } from "./kernels/workspace.ts";

/** Makes the WASM backend the current one, as the edge has it: stock, and our kernels for graphs that are planned. */
export async function startWasmBackend(): Promise<void> {
  if (tf.getBackend() === "wasm") return;
  const packageMain = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(packageMain) + sep);
  setThreadsCount(1);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.setBackend("wasm"))) throw new Error("The TensorFlow.js WASM backend did not start.");
  useKernels(await loadKernelModule());
}

/** The same, with the kernels that training computes with in place of stock ones; calling it again is harmless. */
export async function useWasmBackend(): Promise<void> {
  await startWasmBackend();
  await openWorkspace(tf.backend());
  registerIdentity();
  registerConv2D();
  registerConv2DLayer();
  registerDepthwiseConv2D();
  registerBatchMatMul();
  registerFusedMatMul();
  registerBatchNormalization();
  registerMaxPool();
  registerPoolGradients();
  registerRelus();
}
