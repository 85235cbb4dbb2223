// The sizes of models' inputs, asked for once in a while: a promoted model may want larger images.

import type { InputSize } from "./downscale-image.ts";

/** A channel names another version seldom. */
const KEPT_MS = 5 * 60_000;

export type InputSizes = {
  /** Undefined where it could not be learnt, and remembered as such: a key that may not read models stays so. */
  get: (path: string, ask: () => Promise<InputSize>) => Promise<InputSize | undefined>;
};

export function createInputSizes(now: () => number): InputSizes {
  const known = new Map<string, { size: InputSize | undefined; until: number }>();
  return {
    async get(path, ask) {
      const kept = known.get(path);
      if (kept && now() < kept.until) return kept.size;
      const size = await ask().catch(() => undefined);
      known.set(path, { size, until: now() + KEPT_MS });
      return size;
    },
  };
}
