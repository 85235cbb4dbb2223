// Matrix products with a transposed side, which dense layers' gradients are, in place of the stock WASM kernel: that one
// gives XNNPACK only what is not transposed, and takes ten times as long for the rest.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { floats, free, reshaped, runKernel, withView } from "./heap.ts";
import { replaceKernel, runStockKernel } from "./replace-kernel.ts";

// What is summed over many rows is transposed and packed 1 MiB at a time, to stay in a core's cache: packing 10 MB at
// once takes five times as long a float.
const MAX_FLOATS = 2 ** 18;

/** Registers the kernel with the WASM backend, once. */
export function registerBatchMatMul(): void {
  replaceKernel<"a" | "b", tf.BatchMatMulAttrs>(tf.BatchMatMul, (call) => {
    const { inputs, attrs, backend } = call;
    const { transposeA, transposeB } = attrs;
    // XNNPACK takes one matrix a side: [rows, columns], or [1, rows, columns].
    const outer = [inputs.a, inputs.b].map(({ shape }) => shape.slice(0, -2));
    const isOneProduct = outer.every((shape) => tf.util.sizeFromShape(shape) === 1);
    if (!isOneProduct || !(transposeA || transposeB)) return runStockKernel(tf.BatchMatMul, call);
    const a = reshaped(inputs.a, inputs.a.shape.slice(-2));
    const b = reshaped(inputs.b, inputs.b.shape.slice(-2));
    const product = transposeA
      ? transposedProduct(backend, a, b, transposeB)
      : withTransposed(backend, b, (columns) => multiply(backend, a, columns));
    const batch = Array.from({ length: Math.max(...outer.map((shape) => shape.length)) }, () => 1);
    return reshaped(product, [...batch, ...product.shape]);
  });
}

/** [m, n] of `a` [k, m] and `b` [k, n], or [n, k] if that is to be transposed too; the caller's to free. */
export function transposedProduct(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeB = false,
): tf.TensorInfo {
  // a'b' = (b a)'
  if (transposeB) return transposeAndFree(backend, multiply(backend, b, a));
  // XNNPACK packs the side that is not transposed, at three times the cost of a transposition: let it be the smaller
  // one, by a'b = (b'a)'.
  if (a.shape[1] < b.shape[1]) return transposeAndFree(backend, transposedProduct(backend, b, a));
  const [k, m] = a.shape;
  const n = b.shape[1];
  const rows = Math.max(1, Math.floor(MAX_FLOATS / (m + n)));
  if (rows >= k) return withTransposed(backend, a, (columns) => multiply(backend, columns, b));
  const sums = new Float32Array(m * n);
  for (let first = 0; first < k; first += rows) {
    const count = Math.min(rows, k - first);
    const part = withView(backend, a, first * m, [count, m], (aRows) =>
      withView(backend, b, first * n, [count, n], (bRows) => transposedProduct(backend, aRows, bRows)),
    );
    const values = floats(backend, part);
    for (let i = 0; i < sums.length; i++) sums[i] += values[i];
    free(backend, part);
  }
  return backend.makeOutput([m, n], "float32", undefined, sums);
}

function multiply(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  return runKernel(backend, tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false });
}

function transpose(backend: BackendWasm, matrix: tf.TensorInfo): tf.TensorInfo {
  return runKernel(backend, tf.Transpose, { x: matrix }, { perm: [1, 0] });
}

function transposeAndFree(backend: BackendWasm, matrix: tf.TensorInfo): tf.TensorInfo {
  const result = transpose(backend, matrix);
  free(backend, matrix);
  return result;
}

function withTransposed<Value>(
  backend: BackendWasm,
  matrix: tf.TensorInfo,
  use: (transposed: tf.TensorInfo) => Value,
): Value {
  const transposed = transpose(backend, matrix);
  const value = use(transposed);
  free(backend, transposed);
  return value;
}
