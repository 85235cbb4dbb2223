// Memory of the TensorFlow.js WASM backend that is ours until it is given back, and the kernels that compute in it.

import { backend, getBackend } from "@tensorflow/tfjs-core";
import { createKernels, type Kernels } from "../kernels/kernels.ts";

export type Heap = {
  kernels: Kernels;
  /** Gives the address of so many bytes, aligned for vectors; undefined when there is no more memory. */
  allocate: (bytes: number) => number | undefined;
  free: (address: number) => void;
  write: (address: number, values: Float32Array | Uint32Array | Uint8Array) => void;
  /** Floats in place. Whatever grows memory makes the array unusable: ask again after it. */
  view: (address: number, length: number) => Float32Array;
};

/** What is used of the backend's Emscripten module (tfjs-backend-wasm 4.22): the exports of its WebAssembly. */
type Emscripten = {
  asm: { memory: WebAssembly.Memory; malloc: (bytes: number) => number; free: (address: number) => void };
};

const ALIGNMENT_BYTES = 64;

/** By backend, because each has its own memory. */
const heaps = new WeakMap<object, Heap>();

/** From now on the backend in use runs what it can with kernels of our own. */
export function useKernels(module: WebAssembly.Module): void {
  const engine = backend();
  const { wasm } = engine as unknown as { wasm: Emscripten };
  const { memory, malloc, free } = wasm.asm;
  const starts = new Map<number, number>();
  heaps.set(engine, {
    kernels: createKernels(module, memory),
    allocate: (bytes) => {
      const start = malloc(bytes + ALIGNMENT_BYTES) >>> 0;
      if (start === 0) return undefined;
      const address = Math.ceil(start / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      starts.set(address, start);
      return address;
    },
    free: (address) => {
      const start = starts.get(address);
      if (start !== undefined) free(start);
      starts.delete(address);
    },
    write: (address, { buffer, byteOffset, byteLength }) => {
      new Uint8Array(memory.buffer, address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    },
    view: (address, length) => new Float32Array(memory.buffer, address, length),
  });
}

/** Undefined for a backend that has been given no kernels. */
export const currentHeap = (): Heap | undefined => (getBackend() ? heaps.get(backend()) : undefined);

/** What belongs to one plan, given back at once. */
export type Holding = Pick<Heap, "kernels" | "view"> & {
  /** Throws when there is no more memory. */
  allocate: (bytes: number) => number;
  /** Gives the address of a copy. */
  store: (values: Float32Array | Uint32Array | Uint8Array) => number;
  /** Gives one of them back before the others. */
  release: (address: number) => void;
  free: () => void;
};

export function holdMemory(heap: Heap): Holding {
  const addresses: number[] = [];
  const allocate = (bytes: number): number => {
    const address = heap.allocate(bytes);
    if (address === undefined) throw new Error("the backend has no more memory");
    addresses.push(address);
    return address;
  };
  return {
    kernels: heap.kernels,
    view: heap.view,
    allocate,
    store: (values) => {
      const address = allocate(values.byteLength);
      heap.write(address, values);
      return address;
    },
    release: (address) => {
      addresses.splice(addresses.indexOf(address), 1);
      heap.free(address);
    },
    free: () => {
      for (const address of addresses.splice(0)) heap.free(address);
    },
  };
}
