import { afterEach, expect, test, vi } from "vitest";
import { multiplyMatrices } from "../../../train/kernels/dense/matrix-product.ts";
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

test("an engine with relaxed SIMD gets the build that uses it", async () => {
  expect(await squareLessOne()).toBe(await squareLessOne("relaxed"));
});
