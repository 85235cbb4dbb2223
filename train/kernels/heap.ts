// Tensors as regions of the WASM heap, for kernels written outside the backend: made, viewed, read and given back
// without the engine's bookkeeping. Whoever allocates frees.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** An uninitialised float32 tensor that `free` gives back, or that a kernel returns. */
export function allocate(backend: BackendWasm, shape: number[]): tf.TensorInfo {
  return backend.makeOutput(shape, "float32");
}

/** Gives a tensor's memory back. */
export function free(backend: BackendWasm, ...tensors: tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/** The tensor's values, in place. Any allocation may move the heap and detach the array: ask again after it. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** A tensor of `shape` that begins `start` floats into another's memory; `use` must not keep it. */
export function withView<Value>(
  backend: BackendWasm,
  tensor: tf.TensorInfo,
  start: number,
  shape: number[],
  use: (view: tf.TensorInfo) => Value,
): Value {
  const address = backend.getMemoryOffset(tensor.dataId) + start * Float32Array.BYTES_PER_ELEMENT;
  const view = backend.makeOutput(shape, "float32", address);
  const value = use(view);
  const { id } = backend.dataIdMap.get(view.dataId);
  backend.wasm.tfjs.disposeData(id);
  // Not disposeData: the memory is the other tensor's.
  backend.dataIdMap.delete(view.dataId);
  return value;
}

/** The same memory by another shape. */
export function reshaped({ dataId, dtype }: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  return { dataId, dtype, shape };
}

/** Runs another of the backend's kernels on raw tensors; its output is the caller's to free. */
export function runKernel(
  backend: BackendWasm,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: object,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, "wasm");
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as tf.NamedAttrMap }) as tf.TensorInfo;
}
