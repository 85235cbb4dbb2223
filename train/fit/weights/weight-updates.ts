// What a step does to weights: the gradients of shards become one, are checked and clipped, and AdamW moves the weights and
// their average. All of it lies in one WebAssembly memory that worker threads share, and is computed there by kernels.

import { bindUpdateKernels } from "../../kernels/update/update-kernels.ts";
import type { WeightSegment } from "./weight-layout.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;

/** What a checkpoint needs of a run, one number a weight. */
export type MovedArrays = {
  parameters: Float32Array;
  firstMoments: Float32Array;
  secondMoments: Float32Array;
  /** The exponential moving average; equal to the parameters where its decay is 0. */
  average: Float32Array;
};

export type WeightUpdates = {
  /** What to run a network with; worker threads read it. */
  weights: Float32Array;
  /** A slot a shard, where worker threads write the sum of its images' gradients and one state of its batch statistics. */
  slots: readonly Float32Array[];
  /** The mean gradient of each weight that is trained, and what the batch made of the others. */
  gradients: Float32Array;
  arrays: MovedArrays;
  /** Sums the first slots, of which each had so many images, into the gradients. */
  sumShards: (imagesOfShards: readonly number[]) => void;
  areGradientsFinite: () => boolean;
  /** Scales the gradients of what is trained so that their global norm is at most `maximum`. */
  clip: (maximum: number) => void;
  /** One step of AdamW; `step` counts from 1. With no weight decay it is Adam. */
  move: (step: number, learningRate: number, weightDecay: number) => void;
  /** Moves the average towards the parameters, of which it keeps the share `kept` of itself. */
  moveAverage: (kept: number) => void;
};

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** A cache line, so that no two arrays share one. */
const ALIGNMENT_BYTES = 64;
const PAGE_BYTES = 2 ** 16;

/** Everything is 0 at first. Throws if the process has no memory of that size. */
export async function createWeightUpdates(segments: readonly WeightSegment[], shards: number): Promise<WeightUpdates> {
  const length = segments.at(-1)?.to ?? 0;
  const arrayBytes = Math.ceil((length * FLOAT_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const addresses = Array.from({ length: 6 + shards }, (_, i) => ALIGNMENT_BYTES + i * arrayBytes);
  const pages = Math.ceil((ALIGNMENT_BYTES + addresses.length * arrayBytes) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernels = await bindUpdateKernels(memory);
  const at = (address: number) => new Float32Array(memory.buffer, address, length);
  const [weights, gradients, parameters, first, second, average, ...slots] = addresses;
  const trained = segments.filter((segment) => segment.trainable);
  const statistics = segments.filter((segment) => !segment.trainable);
  const arrays = {
    parameters: at(parameters),
    firstMoments: at(first),
    secondMoments: at(second),
    average: at(average),
  };
  const gradientValues = at(gradients);
  return {
    weights: at(weights),
    slots: slots.map(at),
    gradients: gradientValues,
    arrays,
    sumShards(imagesOfShards) {
      const images = imagesOfShards.reduce((sum, count) => sum + count, 0);
      gradientValues.fill(0);
      for (const [shard, count] of imagesOfShards.entries()) {
        for (const { from, to, trainable } of segments) {
          // A shard gives the sum of its images' gradients, but one state of its batch statistics.
          const share = (trainable ? 1 : count) / images;
          kernels.addScaled(to - from, slots[shard] + from * FLOAT_BYTES, share, gradients + from * FLOAT_BYTES);
        }
      }
    },
    areGradientsFinite: () => kernels.areFinite(length, gradients) === 1,
    clip(maximum) {
      let sum = 0;
      for (const { from, to } of trained) sum = kernels.addSquares(to - from, gradients + from * FLOAT_BYTES, sum);
      const scale = maximum / Math.sqrt(sum);
      if (!(scale < 1)) return;
      for (const { from, to } of trained) kernels.scale(to - from, gradients + from * FLOAT_BYTES, scale);
    },
    move(step, learningRate, weightDecay) {
      // Both moments' corrections, outside of the loop, where one division and one root a parameter are left.
      const rate = learningRate / (1 - BETA1 ** step);
      const rootCorrection = 1 / Math.sqrt(1 - BETA2 ** step);
      for (const { from, to, decays } of trained) {
        const keep = decays ? 1 - learningRate * weightDecay : 1;
        const [p, g, m, v] = [parameters, gradients, first, second].map((address) => address + from * FLOAT_BYTES);
        kernels.adamw(to - from, p, g, m, v, keep, rate, rootCorrection);
      }
      for (const { from, to } of statistics) arrays.parameters.set(gradientValues.subarray(from, to), from);
    },
    moveAverage: (kept) => kernels.moveAverage(length, parameters, average, kept),
  };
}
