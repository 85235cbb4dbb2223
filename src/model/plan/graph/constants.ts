// The values of a graph's constants, where they lie in its weight files: nothing is copied.

import type { io } from "@tensorflow/tfjs-core";

export type Constant = {
  shape: number[];
  dtype: "float32" | "int32";
  values: Float32Array | Int32Array;
};

export type Constants = ReadonlyMap<string, Constant>;

/** Undefined where a constant is of another type, quantized or cut short: TensorFlow.js decodes those. */
export function readConstants(
  manifest: io.WeightsManifestConfig,
  data: ArrayBuffer,
): Map<string, Constant> | undefined {
  const constants = new Map<string, Constant>();
  let at = 0;
  for (const { name, shape, dtype, ...rest } of manifest.flatMap(({ weights }) => weights)) {
    if ((dtype !== "float32" && dtype !== "int32") || rest.quantization) return undefined;
    const length = shape.reduce((product, size) => product * size, 1);
    if (!Number.isInteger(length) || length < 0 || at + 4 * length > data.byteLength) return undefined;
    const values = dtype === "float32" ? new Float32Array(data, at, length) : new Int32Array(data, at, length);
    constants.set(name, { shape, dtype, values });
    at += 4 * length;
  }
  return constants;
}
