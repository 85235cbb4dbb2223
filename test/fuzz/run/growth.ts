// What a process holds after its garbage has been collected, sampled while inputs are put to it, and whether it grows.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memory } from "@tensorflow/tfjs-core";
import { engineHeapBytes } from "./engine-heap.ts";
import { liveMemoryBytes } from "./watch-instances.ts";

/** `codecBytes` is the WebAssembly memory of the decoders, `engineBytes` that of the engine. */
export type Held = { heapBytes: number; bufferBytes: number; codecBytes: number; engineBytes: number; tensors: number };

/** What compilers and caches may still add after the first quarter of a run; a decoder's instance has 16 MiB. */
const TOLERANCE: Held = {
  heapBytes: 4 * 2 ** 20,
  bufferBytes: 4 * 2 ** 20,
  codecBytes: 8 * 2 ** 20,
  engineBytes: 0,
  tensors: 0,
};

const FEWEST_SAMPLES = 8;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A few collections: what finalizers let go is there for the next. */
export async function measureHeld(): Promise<Held> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    heapBytes: heapUsed,
    bufferBytes: arrayBuffers,
    codecBytes: liveMemoryBytes(),
    engineBytes: engineHeapBytes(),
    tensors: memory().numTensors,
  };
}

/**
 * What has left its plateau, in words: the least of the last quarter is more than the most of the second. The first quarter
 * warms up.
 */
export function findGrowth(samples: readonly Held[]): string[] {
  if (samples.length < FEWEST_SAMPLES) return [];
  const quarter = Math.floor(samples.length / 4);
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  return (Object.keys(TOLERANCE) as (keyof Held)[]).flatMap((what) => {
    const before = Math.max(...second.map((held) => held[what]));
    const after = Math.min(...last.map((held) => held[what]));
    return after > before + TOLERANCE[what]
      ? [`${what}: at most ${before} once warm, at least ${after} at the end`]
      : [];
  });
}
