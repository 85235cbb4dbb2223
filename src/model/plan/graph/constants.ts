// The values of a graph's constants, where they lie in its weight files: nothing is copied but weights of 8 bits.

import type { io } from "@tensorflow/tfjs-core";

export type Constant = {
  shape: number[];
  dtype: "float32" | "int32";
  values: Float32Array | Int32Array;
};

export type Constants = ReadonlyMap<string, Constant>;

/** Undefined where a constant is of another type, of 16 bits or cut short: TensorFlow.js decodes those. */
export function readConstants(
  manifest: io.WeightsManifestConfig,
  data: ArrayBuffer,
): Map<string, Constant> | undefined {
  const constants = new Map<string, Constant>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of manifest.flatMap(({ weights }) => weights)) {
    if (dtype !== "float32" && dtype !== "int32") return undefined;
    const length = shape.reduce((product, size) => product * size, 1);
    if (quantization) {
      const { dtype: stored, scale, min } = quantization;
      if (dtype !== "float32" || stored !== "uint8" || scale === undefined || min === undefined) return undefined;
      if (!Number.isInteger(length) || length < 0 || at + length > data.byteLength) return undefined;
      const values = Float32Array.from(new Uint8Array(data, at, length), (level) => level * scale + min);
      constants.set(name, { shape, dtype, values });
      at += length;
      continue;
    }
    // Weights of 8 bits may have left what follows them anywhere.
    if (at % 4 !== 0) return undefined;
    if (!Number.isInteger(length) || length < 0 || at + 4 * length > data.byteLength) return undefined;
    const values = dtype === "float32" ? new Float32Array(data, at, length) : new Int32Array(data, at, length);
    constants.set(name, { shape, dtype, values });
    at += 4 * length;
  }
  return constants;
}
