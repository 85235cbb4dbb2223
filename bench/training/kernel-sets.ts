// The WASM backend's kernels as they were installed and as the repository has them, to be changed between two steps.

import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { useWasmBackend } from "../../train/wasm-backend.ts";

type KernelSet = { kernels: tf.KernelConfig[]; batchNormCall: unknown };

/** What the repository changes for good stays: the gradient of ReLU6, and the kernels that the stock backend lacks. */
export type KernelSets = { useStock: () => void; useOurs: () => void };

/** The process may not have used the repository's backend before. */
export async function createKernelSets(): Promise<KernelSets> {
  if (tf.getBackend() === "wasm") throw new Error("the stock kernels have been replaced already");
  const batchNorm = Object.getPrototypeOf(layers.batchNormalization({ name: "prototype" })) as { call: unknown };
  const current = (): KernelSet => ({
    kernels: [...tf.getKernelsForBackend("wasm")],
    batchNormCall: batchNorm.call,
  });
  const stock = current();
  await useWasmBackend();
  const ours = current();
  const use = ({ kernels, batchNormCall }: KernelSet) => {
    batchNorm.call = batchNormCall;
    for (const kernel of kernels) {
      tf.unregisterKernel(kernel.kernelName, "wasm");
      tf.registerKernel(kernel);
    }
  };
  return { useStock: () => use(stock), useOurs: () => use(ours) };
}
