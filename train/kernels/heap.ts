// Tensors as regions of the WASM heap, for kernels written outside the backend and for whoever copies in and out of it: made,
// viewed, overwritten and given back without the engine's bookkeeping. Whoever allocates frees.
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

/** A tensor with a copy of the values, which other threads may share. */
export function toTensor<R extends tf.Rank>(values: Float32Array, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  // Not every backend takes shared memory.
  if (tf.getBackend() !== "wasm") return tf.tensor<R>(values.slice(), shape);
  const backend = tf.backend() as BackendWasm;
  const tensor = allocate(backend, shape);
  floats(backend, tensor).set(values);
  return tf.engine().makeTensorFromTensorInfo(tensor) as tf.Tensor<R>;
}

/** The tensor's values to be read at once: in place where that can be. */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  return tf.getBackend() === "wasm" ? floats(tf.backend() as BackendWasm, tensor) : tensor.dataSync<"float32">();
}

/** A variable of a layer, as tfjs-layers keeps it. */
type LayerVariable = { read(): tf.Tensor; write(value: tf.Tensor): unknown };

/** Gives a variable new values: in place where nothing else has the same memory, or else in memory of their own. */
export function overwrite(variable: LayerVariable, values: Float32Array): void {
  const tensor = variable.read();
  const backend = tf.backend() as BackendWasm;
  if (tf.getBackend() !== "wasm" || backend.refCount(tensor.dataId) !== 1) {
    tf.tidy(() => void variable.write(toTensor(values, tensor.shape)));
    return;
  }
  const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId);
  floats(backend, tensor).set(values);
  // The stock kernels keep packed copies of weights by this number, until it is given back.
  backend.wasm.tfjs.disposeData(id);
  backend.wasm.tfjs.registerTensor(id, tensor.size, memoryOffset);
}
