// Kernels that move weights, on a memory that all threads of the process see.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Addresses of float32 arrays in the memory; parameters are described in train/kernels/assembly/update.ts. */
export type UpdateKernels = {
  addScaled: (length: number, source: number, scale: number, target: number) => void;
  /** 1 if they are, 0 if not. */
  areFinite: (length: number, values: number) => number;
  addSquares: (length: number, values: number, sum: number) => number;
  scale: (length: number, values: number, factor: number) => void;
  adamw: (
    length: number,
    parameters: number,
    gradients: number,
    first: number,
    second: number,
    keep: number,
    rate: number,
    rootCorrection: number,
  ) => void;
  moveAverage: (length: number, values: number, average: number, kept: number) => void;
};

/** The memory must be shared. */
export async function bindUpdateKernels(memory: WebAssembly.Memory): Promise<UpdateKernels> {
  const module = await WebAssembly.compile(await readFile(join(import.meta.dirname, "../update.wasm")));
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as UpdateKernels;
}
