// Holds the WASM backend to the JavaScript one, which is an independent implementation, and to its own memory.
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

export const SEED = 20180413;

/** Runs `compute`, which makes its own tensors, on the CPU backend, and goes back to WASM. */
export async function onCpu<Value>(compute: () => Value): Promise<Value> {
  await tf.setBackend("cpu");
  expect(tf.backend()).toBeInstanceOf(MathBackendCPU);
  const value = compute();
  await tf.setBackend("wasm");
  return value;
}

/** The largest difference of two arrays, relative to the second's largest value, or to 1 if that is smaller. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  let [difference, scale] = [0, 1];
  for (const [i, value] of b.entries()) {
    scale = Math.max(scale, Math.abs(value));
    difference = Math.max(difference, Math.abs(a[i] - value));
    // A NaN on either side is a difference too.
    if (Number.isNaN(a[i] - value)) return Number.NaN;
  }
  return difference / scale;
}

/** Expects each array that `compute` makes to be the same on WASM and on the CPU, to four digits. */
export async function expectSameOnCpu(compute: () => Float32Array[]): Promise<void> {
  const expected = await onCpu(compute);
  const actual = compute();
  expect(actual.length).toBe(expected.length);
  for (const [i, values] of actual.entries()) expect(largestDifference(values, expected[i])).toBeLessThan(1e-4);
}

/** Expects fifty calls, after one to warm up, to leave no tensor behind and the WASM memory as large as it was. */
export function expectNoLeak(compute: () => unknown): void {
  const backend = tf.backend() as BackendWasm;
  // Emscripten's view of the memory, which the backend's types leave out.
  const { wasm } = backend as unknown as { wasm: { HEAPU8: Uint8Array } };
  const measure = () => ({
    tensors: tf.memory().numTensors,
    buffers: backend.numDataIds(),
    heapBytes: wasm.HEAPU8.byteLength,
  });
  compute();
  const before = measure();
  for (let call = 0; call < 50; call++) compute();
  expect(measure()).toEqual(before);
}

/** Seeded values between -1 and 1. */
export function random<R extends tf.Rank>(shape: tf.ShapeMap[R], offset = 0): tf.Tensor<R> {
  return tf.randomUniform<R>(shape, -1, 1, "float32", SEED + offset);
}
