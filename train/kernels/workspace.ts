// Kernels of ours on the WASM backend's memory, and a region of it that every call lays out anew: steps of a training
// allocate nothing but their results. Another backend gets a memory beside it, for the losses, which are ours on all of them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";

export const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Columns of a panel, which is what products of matrices compute at once. */
export const PANEL = 8;
/** Their rows. */
export const TILE_ROWS = 6;

/** Kernels that give nothing back. */
type KernelName =
  | "addDepthwiseProducts"
  | "addOuterProducts"
  | "averagePoolGradient"
  | "convolve"
  | "depthwise"
  | "frameImages"
  | "gateGradient"
  | "maxPool"
  | "maxPoolGradient"
  | "maxPoolTilesGradient"
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
export type TrainingKernels = Readonly<
  Record<KernelName, (...parameters: number[]) => void> &
    Record<"countCorrect" | "sigmoidLosses" | "softmaxLosses", (...parameters: number[]) => number>
>;

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

const PAGE_BYTES = 2 ** 16;
/** What a module asks for at least. */
const FIRST_PAGES = 256;

/** Where a workspace's region comes from; `malloc` answers 0 when there is no more. */
type Heap = { memory: WebAssembly.Memory } & Pick<Emscripten["asm"], "malloc" | "free">;

const workspaces = new WeakMap<KernelBackend, Workspace>();

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
  const { exp, expm1, log, log1p, pow } = Math;
  return new WebAssembly.Instance(module, { env: { memory, abort, exp, expm1, log, log1p, pow } })
    .exports as TrainingKernels;
}

/** Gives a backend its workspace, once. */
export async function openWorkspace(backend: KernelBackend): Promise<void> {
  if (workspaces.has(backend)) return;
  const heap = isWasm(backend) ? (backend as unknown as { wasm: Emscripten }).wasm.asm : createHeap();
  const addressOf = ({ dataId }: TensorInfo) => {
    if (!isWasm(backend)) throw new Error("The tensors of this backend are not in the kernels' memory.");
    return backend.getMemoryOffset(dataId);
  };
  workspaces.set(backend, createWorkspace(await loadTrainingModule(), heap, addressOf));
}

const isWasm = (backend: KernelBackend): backend is BackendWasm => "wasm" in backend;

/** Room for one region at a time. */
function createHeap(): Heap {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  return {
    memory,
    malloc(bytes) {
      const missing = Math.ceil((ALIGNMENT_BYTES + bytes - memory.buffer.byteLength) / PAGE_BYTES);
      if (missing > 0) memory.grow(missing);
      return ALIGNMENT_BYTES;
    },
    free: () => undefined,
  };
}

function createWorkspace(
  module: WebAssembly.Module,
  { memory, malloc, free }: Heap,
  addressOf: Workspace["addressOf"],
): Workspace {
  let [start, size] = [0, 0];
  return {
    kernels: bindKernels(module, memory),
    layOut(...bytes) {
      const regions = bytes.map((count) => roundUp(count, ALIGNMENT_BYTES));
      const needed = regions.reduce((sum, count) => sum + count, ALIGNMENT_BYTES);
      if (needed > size) {
        free(start);
        start = malloc(needed) >>> 0;
        size = start === 0 ? 0 : needed;
        if (start === 0) throw new Error(`the WASM backend has no ${needed} bytes for a kernel's workspace`);
      }
      let address = roundUp(start, ALIGNMENT_BYTES);
      return regions.map((count) => {
        address += count;
        return address - count;
      });
    },
    addressOf,
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    doubles: (address, length) => new Float64Array(memory.buffer, address, length),
  };
}

/** Of a backend that has been given one. */
export function workspaceOf(backend: KernelBackend): Workspace {
  const workspace = workspaces.get(backend);
  if (!workspace) throw new Error("The backend has no workspace: useBackend gives it one.");
  return workspace;
}

/** The next multiple. */
export const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;
