// Dense layers with their bias, by kernels of ours.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel, runStockKernel } from "../replace-kernel.ts";
import { workspaceOf } from "../workspace.ts";
import { multiplyMatrices } from "./matrix-product.ts";

/** tf._FusedMatMul */
const KERNEL = "_FusedMatMul";

/** Registers the kernel with the WASM backend, once. */
export function registerFusedMatMul(): void {
  replaceKernel<"a" | "b" | "bias", tf._FusedMatMulAttrs>(KERNEL, (call) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    // A layer may have none, whatever the type says.
    const bias = inputs.bias as tf.TensorInfo | undefined;
    const { transposeA, transposeB, activation } = attrs;
    const [outer, rows, depth] = [tf.util.sizeFromShape(a.shape.slice(0, -2)), ...a.shape.slice(-2)];
    const columns = (transposeB ? b.shape.at(-2) : b.shape.at(-1)) ?? 0;
    const isOurs =
      !transposeA &&
      outer * tf.util.sizeFromShape(b.shape.slice(0, -2)) === 1 &&
      (activation === "linear" || activation === "relu") &&
      (!bias || tf.util.sizeFromShape(bias.shape) === columns) &&
      rows * columns > 0;
    if (!isOurs) return runStockKernel(KERNEL, call);
    const c = backend.makeOutput([...a.shape.slice(0, -1), columns], "float32");
    const workspace = workspaceOf(backend);
    const [aStart, bStart, cStart] = [a, b, c].map(workspace.addressOf);
    multiplyMatrices(workspace, {
      rows,
      columns,
      depth,
      a: aStart,
      transposeA,
      b: bStart,
      transposeB,
      bias: bias && workspace.addressOf(bias),
      clips: activation === "relu",
      c: cStart,
    });
    return c;
  });
}
