// Where the time of TensorFlow.js goes, kernel by kernel, without the time of the kernels they call in turn.

import * as tf from "@tensorflow/tfjs-core";

export type KernelTime = { kernel: string; ms: number; calls: number };

/** Runs `step` a number of times; times are a step's, longest first. What no kernel accounts for is the first entry. */
export function profileKernels(
  backendName: string,
  steps: number,
  step: () => void,
): [outsideMs: number, KernelTime[]] {
  const times = new Map<string, { ms: number; calls: number }>();
  // Time inside the kernels that the innermost running one has called, one entry a level.
  const inner: number[] = [0];
  const kernels = tf.getKernelsForBackend(backendName);
  const originals = kernels.map(({ kernelFunc }) => kernelFunc);
  for (const [i, kernel] of kernels.entries()) {
    kernel.kernelFunc = (call) => {
      inner.push(0);
      const start = performance.now();
      const result = originals[i](call);
      const elapsed = performance.now() - start;
      const known = times.get(kernel.kernelName) ?? { ms: 0, calls: 0 };
      const own = elapsed - (inner.pop() ?? 0);
      times.set(kernel.kernelName, { ms: known.ms + own / steps, calls: known.calls + 1 / steps });
      inner[inner.length - 1] += elapsed;
      return result;
    };
  }
  const start = performance.now();
  for (let i = 0; i < steps; i++) step();
  const stepMs = (performance.now() - start) / steps;
  for (const [i, kernel] of kernels.entries()) kernel.kernelFunc = originals[i];
  const sorted = [...times].map(([kernel, time]) => ({ kernel, ...time })).toSorted((a, b) => b.ms - a.ms);
  return [stepMs - inner[0] / steps, sorted];
}
