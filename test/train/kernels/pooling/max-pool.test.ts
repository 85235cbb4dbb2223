// Max pooling on WASM is held to the CPU backend's, by our kernel and, of channels that fill no vector, by the stock one.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import type { Shape } from "../convolution/convolution-rows.ts";

type Row = [name: string, x: Shape, size: number, strides: number, pad: "same" | "valid"];

const rows: Row[] = [
  ["2x2", [2, 6, 6, 4], 2, 2, "valid"],
  ["2x2, a last line no window meets", [3, 7, 5, 8], 2, 2, "valid"],
  ["2x2, windows cut at the edge", [2, 7, 5, 4], 2, 2, "same"],
  ["3x3, windows overlap, same", [2, 7, 8, 12], 3, 2, "same"],
  ["3x3 at every pixel", [1, 5, 6, 4], 3, 1, "same"],
  ["strides past the window", [1, 8, 8, 4], 2, 3, "valid"],
  ["one pixel", [1, 1, 1, 4], 1, 1, "valid"],
  ["channels that fill no vector", [2, 6, 6, 5], 2, 2, "valid"],
];

const pooled = ([, shape, size, strides, pad]: Row): Float32Array =>
  tf.tidy(() => tf.maxPool(random<tf.Rank.R4>(shape), size, strides, pad).dataSync<"float32">());

beforeAll(useWasmBackend);

describe(`MaxPool on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => [pooled(row)]);
  });

  it("passes over NaN, as the CPU backend does", () => {
    const x = tf.tensor4d(
      [Number.NaN, -1, 2, Number.NaN].flatMap((value) => [value, value, value, value]),
      [1, 2, 2, 4],
    );
    expect([...tf.maxPool(x, 2, 2, "valid").dataSync()]).toEqual([2, 2, 2, 2]);
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach(pooled));
  });
});
