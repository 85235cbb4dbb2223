// Puts a kernel of ours where the WASM backend has a slower one, or none.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** What a WASM kernel is called with. */
export type KernelCall<Inputs extends string, Attrs> = {
  inputs: Record<Inputs, tf.TensorInfo>;
  attrs: Attrs;
  backend: BackendWasm;
};

type Kernel<Inputs extends string, Attrs> = (call: KernelCall<Inputs, Attrs>) => tf.TensorInfo;

const stockKernels = new Map<string, tf.KernelConfig | undefined>();

/** Registers the kernel with the WASM backend, once, in place of the stock one if there is one. */
export function replaceKernel<Inputs extends string, Attrs>(kernelName: string, compute: Kernel<Inputs, Attrs>): void {
  if (stockKernels.has(kernelName)) return;
  // It answers undefined for a kernel that is not registered, whatever its type says.
  const stock = tf.getKernel(kernelName, "wasm") as tf.KernelConfig | undefined;
  stockKernels.set(kernelName, stock);
  if (stock) tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc = (call: unknown) => compute(call as KernelCall<Inputs, Attrs>);
  tf.registerKernel({ ...stock, kernelName, backendName: "wasm", kernelFunc });
}

/** The kernel that was replaced, for what ours leaves to it. */
export function runStockKernel<Inputs extends string, Attrs>(
  kernelName: string,
  call: KernelCall<Inputs, Attrs>,
): tf.TensorInfo {
  const stock = stockKernels.get(kernelName);
  if (!stock) throw new Error(`The WASM backend has no ${kernelName} of its own.`);
  return stock.kernelFunc(call as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
}
