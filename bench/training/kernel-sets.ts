// The WASM backend as it was installed and as the repository has it, to be changed between two steps.

import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { composedFilterGradient } from "./composed-filter-gradient.ts";

type Prototype = { call: unknown };
type KernelSet = { kernels: tf.KernelConfig[]; calls: unknown[]; gradients: tf.GradConfig[] };

/**
 * What the repository changes for good stays: the gradients of depthwise convolutions, which the stock backend lacks, and how
 * an Activation layer makes ReLU6. The gradient of a filter, which it lacks too, is the first training run's in the stock set.
 */
export type KernelSets = { useStock: () => void; useOurs: () => void };

/** The process may not have used the repository's backend before. */
export async function createKernelSets(): Promise<KernelSets> {
  if (tf.getBackend() === "wasm") throw new Error("the stock kernels have been replaced already");
  const prototypes = [
    layers.batchNormalization({ name: "prototype" }),
    layers.conv2d({ filters: 1, kernelSize: 1, name: "prototype" }),
  ].map((layer) => Object.getPrototypeOf(layer) as Prototype);
  const current = (): KernelSet => ({
    kernels: [...tf.getKernelsForBackend("wasm")],
    calls: prototypes.map(({ call }) => call),
    gradients: [tf.Relu, tf.Relu6].map(tf.getGradient),
  });
  const stock = current();
  stock.kernels.push(composedFilterGradient);
  await useWasmBackend();
  const ours = current();
  const use = ({ kernels, calls, gradients }: KernelSet) => {
    for (const [i, prototype] of prototypes.entries()) prototype.call = calls[i];
    for (const gradient of gradients) {
      tf.unregisterGradient(gradient.kernelName);
      tf.registerGradient(gradient);
    }
    for (const kernel of kernels) {
      tf.unregisterKernel(kernel.kernelName, "wasm");
      tf.registerKernel(kernel);
    }
  };
  return { useStock: () => use(stock), useOurs: () => use(ours) };
}
