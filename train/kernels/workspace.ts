// Kernels of ours on the WASM backend's memory, and a region of it that every call lays out anew: steps of a training
// allocate nothing but their results.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";

export const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Columns of a panel, which is what products of matrices compute at once. */
export const PANEL = 8;
/** Their rows. */
export const TILE_ROWS = 6;

export type KernelName =
  | "addDepthwiseProducts"
  | "addOuterProducts"
  | "averagePoolGradient"
  | "convolve"
  | "depthwise"
  | "frameImages"
  | "gateGradient"
  | "maxPoolGradient"
  | "multiply"
  | "packPanels"
  | "placeRows"
  | "scaleChannels"
  | "scaleChannelsGradient"
  | "sumChannels"
  | "sumProducts"
  | "sumSquares"
  | "writeOffsets";

/** Parameters are described in train/kernels/assembly. */
export type TrainingKernels = Readonly<Record<KernelName, (...parameters: number[]) => void>>;

export type Workspace = {
  kernels: TrainingKernels;
  /** Gives the addresses of regions of so many bytes, which stay the caller's until the next call of this. */
  layOut: (...bytes: number[]) => number[];
  addressOf: (tensor: TensorInfo) => number;
  /** Floats in place. Any allocation may move the heap and detach the array: ask again after it. */
  floats: (address: number, length: number) => Float32Array;
  doubles: (address: number, length: number) => Float64Array;
};

/** What is used of the backend's Emscripten module (tfjs-backend-wasm 4.22): the exports of its WebAssembly. */
type Emscripten = {
  asm: { memory: WebAssembly.Memory; malloc: (bytes: number) => number; free: (address: number) => void };
};

export type KernelBuild = "relaxed" | "plain";

const ALIGNMENT_BYTES = 64;

const workspaces = new WeakMap<BackendWasm, Workspace>();

/** The build with relaxed SIMD where the engine has it, unless told otherwise. */
export async function loadTrainingModule(build?: KernelBuild): Promise<WebAssembly.Module> {
  const read = (name: KernelBuild) => readFile(join(import.meta.dirname, `training-${name}.wasm`));
  const relaxed = await read("relaxed");
  const isRelaxed = build ? build === "relaxed" : WebAssembly.validate(relaxed);
  return WebAssembly.compile(isRelaxed ? relaxed : await read("plain"));
}

/** Kernels on any memory; a module imports it. */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): TrainingKernels {
  const abort = () => {
    throw new Error("a kernel has been aborted");
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as TrainingKernels;
}

/** Gives a backend its workspace, once. */
export async function openWorkspace(backend: BackendWasm): Promise<void> {
  if (workspaces.has(backend)) return;
  const { memory, malloc, free } = (backend as unknown as { wasm: Emscripten }).wasm.asm;
  const kernels = bindKernels(await loadTrainingModule(), memory);
  let [start, size] = [0, 0];
  workspaces.set(backend, {
    kernels,
    layOut(...bytes) {
      const regions = bytes.map((count) => Math.ceil(count / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
      const needed = regions.reduce((sum, count) => sum + count, ALIGNMENT_BYTES);
      if (needed > size) {
        free(start);
        start = malloc(needed) >>> 0;
        size = start === 0 ? 0 : needed;
        if (start === 0) throw new Error(`the WASM backend has no ${needed} bytes for a kernel's workspace`);
      }
      let address = Math.ceil(start / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      return regions.map((count) => {
        address += count;
        return address - count;
      });
    },
    addressOf: ({ dataId }) => backend.getMemoryOffset(dataId),
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    doubles: (address, length) => new Float64Array(memory.buffer, address, length),
  });
}

/** Of a backend that has been given one. */
export function workspaceOf(backend: BackendWasm): Workspace {
  const workspace = workspaces.get(backend);
  if (!workspace) throw new Error("The backend has no workspace: useWasmBackend gives it one.");
  return workspace;
}

/** The next multiple. */
export const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;
