// Reads all images of a split: in worker threads where they lie in files, here where they stand decoded in memory.
// However many threads there are, the first damaged image is the one that is named.

import { setImmediate } from "node:timers/promises";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Split } from "../data/dataset.ts";
import { prepareImage, type Destination, type PrepareReason } from "./prepare-image.ts";
import type { ReadReply, ReadRequest } from "./read-worker.ts";
import { createWorkerPool, type WorkerPool } from "./worker-pool.ts";

export type ReadAllReason = PrepareReason | "interrupted";

export type ImageReader = {
  /** Leaves each image preprocessed at the destination; without one, finds out whether all of them can be read. */
  readAll: (
    images: Split,
    input: InputSpec,
    destination?: Destination,
  ) => Promise<Result<null, Failure<ReadAllReason>>>;
  close: () => Promise<void>;
};

export type ImageReaderOptions = { workers: number; signal: AbortSignal; onImage: () => void };

/** Images in memory after which this thread looks whether it has been interrupted: a few milliseconds. */
const IMAGES_A_TURN = 64;

/** Threads start when the first files are to be read; each holds one image at a time. */
export function createImageReader({ workers, signal, onImage }: ImageReaderOptions): ImageReader {
  let pool: Promise<WorkerPool<ReadRequest, ReadReply>> | undefined;

  async function readFiles(files: NonNullable<Split["files"]>, input: InputSpec, destination: Destination | undefined) {
    pool ??= createWorkerPool(new URL("./read-worker.ts", import.meta.url), undefined, workers);
    const { run } = await pool;
    return readInOrder(files.length, workers, (index) => run({ file: files[index], index, input, destination }));
  }

  const readHere = ({ count, read }: Split, input: InputSpec, destination: Destination | undefined) =>
    readInOrder(count, 1, async (index) => {
      if (index % IMAGES_A_TURN === 0) await setImmediate();
      return prepareImage(await read(index, input), index, input, destination);
    });

  /** Every image before a damaged one has been begun when it is found, so that waiting for them finds the first. */
  async function readInOrder(count: number, atOnce: number, read: (index: number) => Promise<ReadReply>) {
    const failures = new Map<number, Failure<PrepareReason>>();
    let next = 0;
    const readOn = async () => {
      while (next < count && failures.size === 0 && !signal.aborted) {
        const index = next++;
        const done = await read(index);
        if (!done.ok) failures.set(index, done.error);
        onImage();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, readOn));
    return { failures, isComplete: next === count };
  }

  return {
    async readAll(images, input, destination) {
      const { failures, isComplete } = images.files
        ? await readFiles(images.files, input, destination)
        : await readHere(images, input, destination);
      const first = Math.min(...failures.keys());
      const failure = failures.get(first);
      if (failure) return fail(failure.reason, `image ${images.nameOf(first)}: ${failure.detail}`);
      return isComplete ? ok(null) : fail("interrupted", "stopped while the images were being read");
    },
    close: async () => (await pool)?.close(),
  };
}
