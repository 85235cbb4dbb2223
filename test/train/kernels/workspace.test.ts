// oxlint-disable-next-line import/no-unassigned-import -- importing it registers the backend
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test, vi } from "vitest";
import { sumLoss } from "../../../train/fit/gradients/loss.ts";
import { multiplyMatrices } from "../../../train/kernels/dense/matrix-product.ts";
import { openWorkspace, workspaceOf } from "../../../train/kernels/workspace.ts";
import { BUILDS, createGuardedWorkspace } from "./guarded-workspace.ts";

afterEach(() => void vi.restoreAllMocks());

/** 1 + 2^-12: the last bit of its square has no place in a float32. */
const X = 1 + 2 ** -12;

/** X * X - 1 by a product of matrices. */
async function squareLessOne(build?: (typeof BUILDS)[number]): Promise<number> {
  const { workspace, place, output, read } = await createGuardedWorkspace(build);
  const c = output(1);
  const [a, b, bias] = [[X], [X], [-1]].map(place);
  const [rows, columns, depth, transposeA, transposeB] = [1, 1, 1, false, false];
  multiplyMatrices(workspace, { rows, columns, depth, a, transposeA, b, transposeB, bias, c });
  return read(c, 1)[0];
}

test("an engine without relaxed SIMD gets the build that rounds every product", async () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(await squareLessOne()).toBe(Math.fround(X * X) - 1);
});

test("a backend without WebAssembly memory gets some for the losses, and more when it needs it", async () => {
  await tf.setBackend("cpu");
  await openWorkspace(tf.backend());
  const { addressOf } = workspaceOf(tf.backend());
  expect(() => addressOf(tf.scalar(1))).toThrow("not in the kernels' memory");
  for (const rows of [2, 50_000]) {
    const targets = Float32Array.from({ length: 100 * rows }, (_, i) => (i % 100 === 0 ? 1 : 0));
    const batch = { targets, weights: new Float32Array(rows).fill(1) };
    const { value, grad } = tf.valueAndGrad((x) => sumLoss("multiclass", x as tf.Tensor2D, batch, 0).sum)(tf.zeros([rows, 100])); // prettier-ignore
    expect(value.dataSync()[0] / rows).toBeCloseTo(Math.log(100), 5);
    expect([...grad.dataSync().subarray(-100, -98)]).toEqual([Math.fround(-0.99), Math.fround(0.01)]);
  }
});

test("a backend that was given none has no workspace", () => {
  expect(() => workspaceOf({} as tf.KernelBackend)).toThrow("useBackend gives it one");
});

test("an engine with relaxed SIMD gets the build that uses it", async () => {
  expect(await squareLessOne()).toBe(await squareLessOne("relaxed"));
});
