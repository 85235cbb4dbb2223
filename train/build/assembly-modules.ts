// The WebAssembly that is written in AssemblyScript here. Compiled files are committed beside their sources, so that
// nothing has to be built before a checkout runs.

/** One compiled file; all paths are the repository's. */
export type AssemblyModule = {
  source: string;
  output: string;
  /**
   * "imported" is somebody else's, from `env.memory`; "shared" is imported too, and other threads see it; "own" is exported as
   * `memory`. In pages of 64 KiB, at the start.
   */
  memory: { from: "imported" | "shared" | "own"; pages: number };
  /** Relaxed SIMD: fused multiply-add and dot products, which engines from 2023 on have. */
  relaxed: boolean;
};

/** What the TensorFlow.js WASM backend starts with: a declared minimum lets engines leave out checks below it. */
const BACKEND_PAGES = 256;

/** The decoder's tables and buffers of a fixed size, and room for a photo at an eighth of its size. */
const JPEG_PAGES = 8;

/** The decoder's window and tables, and a strip. */
const PNG_PAGES = 5;

export const ASSEMBLY_MODULES: readonly AssemblyModule[] = [
  {
    source: "src/model/kernels/assembly/kernels.ts",
    output: "src/model/kernels/kernels-relaxed.wasm",
    memory: { from: "imported", pages: BACKEND_PAGES },
    relaxed: true,
  },
  {
    source: "src/model/kernels/assembly/kernels.ts",
    output: "src/model/kernels/kernels-plain.wasm",
    memory: { from: "imported", pages: BACKEND_PAGES },
    relaxed: false,
  },
  {
    source: "train/kernels/assembly/training.ts",
    output: "train/kernels/training-relaxed.wasm",
    memory: { from: "imported", pages: BACKEND_PAGES },
    relaxed: true,
  },
  {
    source: "train/kernels/assembly/training.ts",
    output: "train/kernels/training-plain.wasm",
    memory: { from: "imported", pages: BACKEND_PAGES },
    relaxed: false,
  },
  {
    source: "train/kernels/assembly/update.ts",
    output: "train/kernels/update.wasm",
    memory: { from: "shared", pages: 1 },
    relaxed: false,
  },
  {
    source: "src/image/jpeg/assembly/index.ts",
    output: "src/image/jpeg/jpeg.wasm",
    memory: { from: "own", pages: JPEG_PAGES },
    relaxed: false,
  },
  {
    source: "bench/peak/assembly/peak.ts",
    output: "bench/peak/peak.wasm",
    memory: { from: "own", pages: 1 },
    relaxed: true,
  },
  {
    source: "src/image/png/assembly/index.ts",
    output: "src/image/png/png.wasm",
    memory: { from: "own", pages: PNG_PAGES },
    relaxed: false,
  },
];
