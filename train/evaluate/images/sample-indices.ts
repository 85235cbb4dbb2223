// Some of many images, the same for a seed, in their order.

import { shuffledIndices } from "../../fit/batches/shuffle.ts";

/** All of them where there are no more than `limit`. */
export function sampleIndices(count: number, limit: number, seed: number): number[] {
  return [...shuffledIndices(count, seed, 0).subarray(0, limit)].toSorted((a, b) => a - b);
}
