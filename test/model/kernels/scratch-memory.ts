// A memory for kernels alone, with guard bytes around every buffer: `overruns` says which of them were written outside of.

import { createKernels, type Kernels } from "../../../src/model/kernels/kernels.ts";
import { loadKernelModule } from "../../../train/kernel-module.ts";

export const BUILDS = ["relaxed", "plain"] as const;
export type Build = (typeof BUILDS)[number];

const GUARD_BYTES = 64;
const GUARD = 0xa5;
const PAGE_BYTES = 65_536;
const BACKEND_PAGES = 256;

export type Scratch = {
  kernels: Kernels;
  /** Gives the address of a copy. */
  floats(values: ArrayLike<number>): number;
  offsets(values: ArrayLike<number>): number;
  bytes(values: Uint8Array): number;
  /** Gives the address of a buffer that holds NaN: what is not written shows. */
  output(length: number): number;
  read(address: number, length: number): Float32Array;
  /** In place, until memory grows. */
  view(address: number, length: number): Float32Array;
  /** Addresses of the buffers whose guards have changed. */
  overruns(): number[];
};

type Bound = { memory: WebAssembly.Memory; kernels: Kernels };

const bound = new Map<Build, Bound>();

/** One memory a build for all tests of a file: making one takes longer than most kernels. */
async function bind(build: Build): Promise<Bound> {
  const known = bound.get(build);
  if (known) return known;
  const memory = new WebAssembly.Memory({ initial: BACKEND_PAGES });
  const made = { memory, kernels: createKernels(await loadKernelModule(build), memory) };
  bound.set(build, made);
  return made;
}

/** Whatever an earlier one held may be overwritten. */
export async function createScratch(build: Build): Promise<Scratch> {
  const { memory, kernels } = await bind(build);
  const buffers: { address: number; bytes: number }[] = [];
  let top = 1024;
  const allocate = (bytes: number): number => {
    const address = top + GUARD_BYTES;
    top = Math.ceil((address + bytes + GUARD_BYTES) / 16) * 16;
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / PAGE_BYTES));
    new Uint8Array(memory.buffer, address - GUARD_BYTES, GUARD_BYTES).fill(GUARD);
    new Uint8Array(memory.buffer, address + bytes, GUARD_BYTES).fill(GUARD);
    buffers.push({ address, bytes });
    return address;
  };
  const isIntact = (address: number) =>
    new Uint8Array(memory.buffer, address, GUARD_BYTES).every((byte) => byte === GUARD);
  const copy = (values: Float32Array | Uint32Array | Uint8Array) => {
    const address = allocate(values.byteLength);
    new Uint8Array(memory.buffer, address).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return address;
  };
  return {
    kernels,
    floats: (values) => copy(Float32Array.from(values)),
    offsets: (values) => copy(Uint32Array.from(values)),
    bytes: (values) => copy(values),
    output: (length) => copy(new Float32Array(length).fill(Number.NaN)),
    read: (address, length) => new Float32Array(memory.buffer, address, length).slice(),
    view: (address, length) => new Float32Array(memory.buffer, address, length),
    overruns: () =>
      buffers
        .filter(({ address, bytes }) => !isIntact(address - GUARD_BYTES) || !isIntact(address + bytes))
        .map(({ address }) => address),
  };
}
