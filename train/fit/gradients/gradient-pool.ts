// Worker threads that share out the shards of a batch, and put together and augment the next one when they have nothing
// else to do. Gradients are summed in the order of the shards, so that the result is the same with one worker as with many.

import { createSharedArray } from "../../pipeline/shared-array.ts";
import type { StoredImages } from "../../pipeline/stored-images.ts";
import { createWorkerPool } from "../../pipeline/worker-pool.ts";
import type { ShardReply, WorkerRequest, WorkerSetup } from "./gradient-worker.ts";
import { createShardBatch } from "../batches/shard-batch.ts";
import type { WeightUpdates } from "../weights/weight-updates.ts";

/** Which images of which epoch; a batch is known again by being the same object. */
export type Batch = { epoch: number; indices: Uint32Array };

export type GradientPool = {
  /**
   * Runs the weights on a batch cut into as many shards as there are slots, and sums those. `next` is the batch that will be
   * asked for after this one.
   */
  run: (batch: Batch, next: Batch | undefined) => Promise<ShardReply>;
  /** Logits of the first `count` images, `classes` a row. */
  logits: (images: StoredImages, count: number) => Promise<Float32Array>;
  close: () => Promise<void>;
};

/** Images a forward pass: enough to keep the kernels busy, few enough to leave the heap alone. */
const FORWARD_BATCH = 100;

/** A batch whose gradients are computed and the one that follows it: no more than these are ever in memory. */
const BATCHES_IN_MEMORY = 2;

export async function createGradientPool(
  setup: Omit<WorkerSetup, "batches" | "weights" | "slots">,
  { weights, slots, sumShards }: WeightUpdates,
  { workers, batchSize }: { workers: number; batchSize: number },
): Promise<GradientPool> {
  const shardCount = slots.length;
  const { images, classes } = setup.training;
  const batches = Array.from({ length: BATCHES_IN_MEMORY * shardCount }, () =>
    createShardBatch(Math.ceil(batchSize / shardCount), images.size, classes),
  );
  const script = new URL("./gradient-worker.ts", import.meta.url);
  const pool = await createWorkerPool<WorkerRequest, ShardReply>(
    script,
    { ...setup, weights, slots, batches },
    workers,
  );
  const runAll = (requests: readonly WorkerRequest[]) => Promise.all(requests.map(pool.run));

  let gathered = 0;
  let upcoming: { batch: Batch; shards: Promise<{ shard: Uint32Array; at: number }[]> } | undefined;

  /** Each shard, and which of `batches` holds it. */
  async function gather({ epoch, indices }: Batch) {
    const first = (gathered++ % BATCHES_IN_MEMORY) * shardCount;
    const shards = cut(indices, shardCount).map((shard, slot) => ({ shard, at: first + slot }));
    await runAll(shards.map(({ shard, at }) => ({ kind: "gather", at, epoch, indices: shard })));
    return shards;
  }

  return {
    async run(batch, next) {
      const shards = await (upcoming?.batch === batch ? upcoming.shards : gather(batch));
      const running = runAll(shards.map(({ shard, at }, slot) => ({ kind: "shard", at, slot, count: shard.length })));
      // Behind the gradients in the workers' queue, and done while the caller moves the weights.
      upcoming = next && { batch: next, shards: gather(next) };
      // If it fails, it does so for whoever asks for that batch.
      upcoming?.shards.catch(() => undefined);
      const replies = await running;
      sumShards(shards.map(({ shard }) => shard.length));
      return replies.reduce((a, b) => ({ lossSum: a.lossSum + b.lossSum, correct: a.correct + b.correct }));
    },
    async logits(stored, count) {
      const logits = createSharedArray(count * classes);
      const requests: WorkerRequest[] = [];
      for (let from = 0; from < count; from += FORWARD_BATCH) {
        requests.push({ kind: "logits", images: stored, from, to: Math.min(from + FORWARD_BATCH, count), logits });
      }
      await runAll(requests);
      return logits;
    },
    close: pool.close,
  };
}

/** Cuts as evenly as whole images allow; a batch smaller than the number of shards leaves the last ones out. */
function cut(indices: Uint32Array, shards: number): Uint32Array[] {
  const size = Math.ceil(indices.length / shards);
  const parts: Uint32Array[] = [];
  for (let from = 0; from < indices.length; from += size) parts.push(indices.slice(from, from + size));
  return parts;
}
