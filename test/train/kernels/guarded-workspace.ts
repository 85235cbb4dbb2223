// A workspace on a memory of its own, with guard bytes around every region that a kernel is given: `overruns` counts those
// that were written outside of.
import {
  bindKernels,
  FLOAT_BYTES,
  loadTrainingModule,
  type KernelBuild,
  type Workspace,
} from "../../../train/kernels/workspace.ts";

export const BUILDS: readonly KernelBuild[] = ["relaxed", "plain"];

const GUARD_BYTES = 64;
const GUARD = 0xa5;
/** What the backend's memory starts with. */
const PAGES = 256;

export type GuardedWorkspace = {
  workspace: Workspace;
  /** Forgets every region. */
  reset: () => void;
  /** The address of a copy. */
  place: (values: ArrayLike<number>) => number;
  /** The address of a region that holds NaN: what is not written shows. */
  output: (length: number) => number;
  read: (address: number, length: number) => number[];
  overruns: () => number;
};

export async function createGuardedWorkspace(build?: KernelBuild): Promise<GuardedWorkspace> {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  let regions: { address: number; bytes: number }[] = [];
  let top = 0;
  const allocate = (bytes: number): number => {
    const address = top + GUARD_BYTES;
    top = Math.ceil((address + bytes + GUARD_BYTES) / GUARD_BYTES) * GUARD_BYTES;
    if (top > memory.buffer.byteLength) throw new Error("the test's memory is too small");
    new Uint8Array(memory.buffer, address - GUARD_BYTES, bytes + 2 * GUARD_BYTES).fill(GUARD);
    regions.push({ address, bytes });
    return address;
  };
  const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);
  const isIntact = (address: number) =>
    new Uint8Array(memory.buffer, address, GUARD_BYTES).every((byte) => byte === GUARD);
  return {
    workspace: {
      kernels: bindKernels(await loadTrainingModule(build), memory),
      layOut: (...bytes) => bytes.map(allocate),
      addressOf: () => {
        throw new Error("there are no tensors here");
      },
      floats,
      doubles: (address, length) => new Float64Array(memory.buffer, address, length),
    },
    reset() {
      regions = [];
      top = 0;
    },
    place(values) {
      const address = allocate(values.length * FLOAT_BYTES);
      floats(address, values.length).set(values);
      return address;
    },
    output(length) {
      const address = allocate(length * FLOAT_BYTES);
      floats(address, length).fill(Number.NaN);
      return address;
    },
    // Of zero there is one kind for whoever compares.
    read: (address, length) => Array.from(floats(address, length), (value) => value + 0),
    overruns: () =>
      regions.filter(({ address, bytes }) => !isIntact(address - GUARD_BYTES) || !isIntact(address + bytes)).length,
  };
}
