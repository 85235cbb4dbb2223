// TensorFlow.js' JavaScript CPU backend, the reference for kernels.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { setBackend } from "@tensorflow/tfjs-core";

/** Importing the package has registered the backend and its kernels. */
export async function useCpuBackend(): Promise<void> {
  if (!(await setBackend("cpu"))) throw new Error(`${MathBackendCPU.name} does not start`);
}
