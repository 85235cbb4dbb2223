// The order in which an epoch sees its images.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A permutation of 0 to count-1 (Fisher-Yates), the same for a seed and epoch on every machine. */
export function shuffledIndices(count: number, seed: number, epoch: number): Uint32Array {
  const random = xoroshiro128plus(seed);
  // Each epoch draws from its own stretch of the sequence, so that a resumed run need not replay the epochs before.
  for (let i = 0; i < epoch; i++) random.jump();
  const indices = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [indices[i], indices[j]] = [indices[j], indices[i]];
  }
  return indices;
}
