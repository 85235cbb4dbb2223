// Matrix products with transposed sides on WASM are held to the CPU backend's.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";

type Row = [name: string, a: number[], b: number[], transposeA: boolean, transposeB: boolean];

const rows: Row[] = [
  ["neither side transposed", [5, 7], [7, 3], false, false],
  ["a transposed, the wider side", [6, 9], [6, 4], true, false],
  ["a transposed, the narrower side", [6, 2], [6, 5], true, false],
  ["b transposed", [5, 7], [3, 7], false, true],
  ["both transposed", [7, 5], [3, 7], true, true],
  ["one row", [1, 9], [1, 4], true, false],
  ["one of everything", [1, 1], [1, 1], true, true],
  ["a batch of one", [1, 6, 9], [1, 6, 4], true, false],
  ["a batch of one on one side", [1, 5, 7], [3, 7], false, true],
  ["a batch of three", [3, 6, 5], [3, 6, 4], true, false],
  ["a batch of three, both transposed", [3, 6, 5], [3, 4, 6], true, true],
  ["more rows than are summed at once", [9000, 30], [9000, 20], true, false],
];

const multiply = ([, a, b, transposeA, transposeB]: Row): tf.Tensor =>
  tf.tidy(() => tf.matMul(random(a), random(b, 1), transposeA, transposeB));

beforeAll(useWasmBackend);

describe(`BatchMatMul on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [tf.tidy(() => multiply(row).dataSync() as Float32Array)]);
  });

  it.each(rows)("has the shape matMul promises: %s", (...row) => {
    const [, a, b, transposeA, transposeB] = row;
    const m = transposeA ? a.at(-1) : a.at(-2);
    const n = transposeB ? b.at(-2) : b.at(-1);
    const outer = a.length > b.length ? a.slice(0, -2) : b.slice(0, -2);
    const product = multiply(row);
    expect(product.shape).toEqual([...outer, m, n]);
    product.dispose();
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach((row) => multiply(row).dispose()));
  });
});
