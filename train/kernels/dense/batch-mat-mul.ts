// Products of matrices by kernels of ours. The stock one gives XNNPACK only what is not transposed, and takes ten times as
// long for the rest, which dense layers' gradients are.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel, runStockKernel } from "../replace-kernel.ts";
import { FLOAT_BYTES, workspaceOf } from "../workspace.ts";
import { multiplyMatrices } from "./matrix-product.ts";

/** Registers the kernel with the WASM backend, once. */
export function registerBatchMatMul(): void {
  replaceKernel<"a" | "b", tf.BatchMatMulAttrs>(tf.BatchMatMul, (call) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const { transposeA, transposeB } = attrs;
    if (a.dtype !== "float32" || b.dtype !== "float32") return runStockKernel(tf.BatchMatMul, call);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [rows, depth] = transposeA ? a.shape.slice(-2).toReversed() : a.shape.slice(-2);
    const columns = transposeB ? b.shape.at(-2) : b.shape.at(-1);
    if (columns === undefined) throw new Error("BatchMatMul needs matrices.");
    const products = tf.util.sizeFromShape(outer);
    const [aProducts, bProducts] = [a, b].map(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2)));
    // As in the stock backend, one side may have a single matrix for all of the other's, and nothing in between.
    if ([aProducts, bProducts].some((count) => count !== products && count !== 1)) {
      return runStockKernel(tf.BatchMatMul, call);
    }
    const c = backend.makeOutput([...outer, rows, columns], "float32");
    if (rows * columns * products === 0) return c;
    const workspace = workspaceOf(backend);
    const [aStart, bStart, cStart] = [a, b, c].map(workspace.addressOf);
    for (let i = 0; i < products; i++) {
      multiplyMatrices(workspace, {
        rows,
        columns,
        depth,
        a: aStart + (aProducts === 1 ? 0 : i * rows * depth * FLOAT_BYTES),
        transposeA,
        b: bStart + (bProducts === 1 ? 0 : i * depth * columns * FLOAT_BYTES),
        transposeB,
        c: cStart + i * rows * columns * FLOAT_BYTES,
      });
    }
    return c;
  });
}
