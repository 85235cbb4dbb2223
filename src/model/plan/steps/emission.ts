// What turns operations into calls of kernels: addresses, known before any call is made, and constants in the same memory.

import type { Kernels } from "../../kernels/kernels.ts";
import type { Holding } from "../heap.ts";
import { bytesOf, type Value } from "../operations/operation.ts";
import type { Layout } from "../operations/place-values.ts";

/** One call, with everything decided: it takes nothing, gives nothing and allocates nothing. */
export type Step = () => void;

export type Emission = {
  kernels: Kernels;
  layoutOf(value: Value): Layout;
  /** Of the buffer's first byte, borders included. */
  addressOf(value: Value): number;
  /** Gives the address of a copy that lives as long as the plan. */
  floats(values: Float32Array): number;
  bytes(values: Uint8Array): number;
  /** Gives the address of `length` numbers that live as long, which are made of `values` once. */
  derived(values: Float32Array, length: number, derive: (from: number, to: number) => void): number;
  /** As for floats, of byte offsets, which several operations may share by `key`. */
  offsets(key: string, make: () => Uint32Array): number;
  /** In place, until memory grows. */
  view(address: number, length: number): Float32Array;
};

type Places = {
  layouts: ReadonlyMap<number, Layout>;
  /** The value whose buffer another lies in. */
  storageOf: (id: number) => number;
  /** Bytes from the start of the arena. */
  offsets: ReadonlyMap<number, number>;
  arena: number;
};

export function createEmission({ layouts, storageOf, offsets, arena }: Places, memory: Holding): Emission {
  const tables = new Map<string, number>();
  return {
    kernels: memory.kernels,
    layoutOf: ({ id }) => layouts.get(id) as Layout,
    addressOf: ({ id }) => arena + (offsets.get(storageOf(id)) as number),
    floats: memory.store,
    bytes: memory.store,
    derived: (values, length, derive) => {
      const to = memory.allocate(4 * length);
      const from = memory.store(values);
      derive(from, to);
      memory.release(from);
      return to;
    },
    offsets: (key, make) => {
      const address = tables.get(key) ?? memory.store(make());
      tables.set(key, address);
      return address;
    },
    view: memory.view,
  };
}

/** Of the image's first pixel, or of another. */
export function pixelAddress(emission: Emission, value: Value, y = 0, x = 0): number {
  const { borders, stride, pitch } = emission.layoutOf(value);
  return emission.addressOf(value) + bytesOf(value) * ((y + borders.top) * pitch + x + borders.left) * stride;
}

/** Rows of an image as the kernels that go from number to number take them. */
export function rowsOf(emission: Emission, value: Value): { address: number; pitchBytes: number; length: number } {
  const { stride, pitch } = emission.layoutOf(value);
  return {
    address: pixelAddress(emission, value),
    pitchBytes: bytesOf(value) * pitch * stride,
    length: value.width * stride,
  };
}
