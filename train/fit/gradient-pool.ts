// Worker threads that share out the shards of a batch. Gradients are summed in the order of the shards, so that the
// result is the same with one worker as with many.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { WeightSegment } from "./weight-layout.ts";
import type { LogitsRequest, ShardReply, ShardRequest, WorkerSetup } from "./gradient-worker.ts";

export type GradientPool = {
  /** Network weights for the next call; write into it. */
  weights: Float32Array;
  /**
   * Runs a batch cut into as many shards as there are slots. `average` receives the mean gradient of each trainable
   * weight, and the mean of what the shards made of the others.
   */
  run: (epoch: number, indices: Uint32Array, average: Float32Array) => Promise<ShardReply>;
  /** Logits of `count` images, `classes` a row, of shared `values`. */
  logits: (values: Float32Array, count: number) => Promise<Float32Array>;
  close: () => Promise<void>;
};

/** Images a forward pass: enough to keep the kernels busy, few enough to leave the heap alone. */
const FORWARD_BATCH = 100;

export const createSharedArray = (length: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(4 * length));

export async function createGradientPool(
  setup: WorkerSetup,
  segments: readonly WeightSegment[],
  workerCount: number,
): Promise<GradientPool> {
  const workers = await Promise.all(Array.from({ length: workerCount }, () => startWorker(setup)));

  /** Hands the requests out as workers become free; gives the replies in the requests' order. */
  async function runAll(requests: readonly (ShardRequest | LogitsRequest)[]): Promise<ShardReply[]> {
    const replies: ShardReply[] = [];
    let next = 0;
    await Promise.all(
      workers.map(async (worker) => {
        while (next < requests.length) {
          const own = next++;
          worker.postMessage(requests[own]);
          replies[own] = await nextReply(worker);
        }
      }),
    );
    return replies;
  }

  return {
    weights: setup.weights,
    async run(epoch, indices, average) {
      const shards = cut(indices, setup.slots.length);
      const replies = await runAll(shards.map((shard, slot) => ({ kind: "shard", slot, epoch, indices: shard })));
      average.fill(0);
      shards.forEach((shard, slot) => {
        for (const { from, to, trainable } of segments) {
          // A shard gives the sum of its images' gradients, but one state of its batch statistics.
          const share = (trainable ? 1 : shard.length) / indices.length;
          addScaled(setup.slots[slot].subarray(from, to), share, average.subarray(from, to));
        }
      });
      return replies.reduce((a, b) => ({ lossSum: a.lossSum + b.lossSum, correct: a.correct + b.correct }));
    },
    async logits(values, count) {
      const logits = createSharedArray(count * setup.training.classes);
      const requests: LogitsRequest[] = [];
      for (let from = 0; from < count; from += FORWARD_BATCH) {
        requests.push({ kind: "logits", values, from, to: Math.min(from + FORWARD_BATCH, count), logits });
      }
      await runAll(requests);
      return logits;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function startWorker(setup: WorkerSetup): Promise<Worker> {
  const worker = new Worker(new URL("./gradient-worker.ts", import.meta.url), { workerData: setup });
  await nextReply(worker);
  return worker;
}

/** Rejects when the worker fails instead of answering. */
async function nextReply(worker: Worker): Promise<ShardReply> {
  const [reply] = (await once(worker, "message")) as [ShardReply];
  return reply;
}

/** Cuts as evenly as whole images allow; a batch smaller than the number of shards leaves the last ones out. */
function cut(indices: Uint32Array, shards: number): Uint32Array[] {
  const size = Math.ceil(indices.length / shards);
  const parts: Uint32Array[] = [];
  for (let from = 0; from < indices.length; from += size) parts.push(indices.slice(from, from + size));
  return parts;
}

function addScaled(source: Float32Array, scale: number, target: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] += scale * source[i];
}
