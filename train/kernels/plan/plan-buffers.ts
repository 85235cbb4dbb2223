// Where a training step keeps its tensors: one arena, in which those that are never needed at the same time share memory.
// Planned from what two small steps allocated, because a step does the same whatever its number of images. Pure.

import { assignOffsets } from "../../../src/model/plan/operations/assign-offsets.ts";

/** In a step's own time, which passes with allocations and with kernels that end: when a buffer was made and last used. */
export type Allocation = { bytes: number; from: number; to: number; isFreed: boolean };

/** Of each allocation of a step, in order: its size, its place in the arena, and when it is last used. */
export type BufferPlan = {
  buffers: readonly { bytes: number; offset: number | undefined; to: number }[];
  arenaBytes: number;
};

/** What so many images allocated. */
export type Recording = { images: number; allocations: readonly Allocation[] };

/** A plan for another number of images; none if the two steps did not do the same. What outlives the step has no place in it. */
export function planBuffers(one: Recording, other: Recording, images: number): BufferPlan | undefined {
  const isSame = (a: Allocation, b: Allocation | undefined) =>
    a.from === b?.from && a.to === b.to && a.isFreed === b.isFreed;
  const { length } = one.allocations;
  if (length !== other.allocations.length) return undefined;
  if (!one.allocations.every((allocation, i) => isSame(allocation, other.allocations[i]))) return undefined;
  const sized = one.allocations.map((allocation, id) => {
    // Of every tensor either each image has a share or none has.
    const bytesAnImage = (other.allocations[id].bytes - allocation.bytes) / (other.images - one.images);
    return { ...allocation, id, bytes: allocation.bytes + bytesAnImage * (images - one.images) };
  });
  const { offsets, bytes } = assignOffsets(sized.filter(({ isFreed }) => isFreed));
  return {
    buffers: sized.map(({ id, bytes: size, to }) => ({ bytes: size, offset: offsets.get(id), to })),
    arenaBytes: bytes,
  };
}
