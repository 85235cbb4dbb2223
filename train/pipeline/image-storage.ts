// Where a run keeps its preprocessed images: in memory up to a limit, beyond it in files that vanish with the process.

import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { createSharedArray } from "./shared-array.ts";
import type { StoredImages } from "./stored-images.ts";

/** Disposing of it closes the files; whoever still reads images then fails. */
export type ImageStorage = Disposable & {
  /** Room for `count` images of `size` float32 values. */
  allocate: (count: number, size: number) => Result<StoredImages, Failure<"storage_failed">>;
};

/** Little beside what a machine that trains has; 13,000 grey images at 100 x 100. */
export const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

/**
 * `folder` should not be one that lies in memory, as /tmp often does. A file has no name once it is open: nobody else
 * opens a patient's image there, and the system frees it however the process ends.
 */
export function createImageStorage(maxMemoryBytes: number, folder: string): ImageStorage {
  let memoryBytes = 0;
  const descriptors: number[] = [];
  return {
    allocate(count, size) {
      const bytes = 4 * count * size;
      if (memoryBytes + bytes <= maxMemoryBytes) {
        memoryBytes += bytes;
        return ok({ size, first: 0, place: { values: createSharedArray(count * size) } });
      }
      try {
        mkdirSync(folder, { recursive: true });
        const path = join(folder, randomUUID());
        const descriptor = openSync(path, "wx+", 0o600);
        descriptors.push(descriptor);
        unlinkSync(path);
        return ok({ size, first: 0, place: { descriptor } });
      } catch (error) {
        return fail("storage_failed", `preprocessed images cannot be kept in ${folder}: ${(error as Error).message}`);
      }
    },
    [Symbol.dispose]() {
      for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
    },
  };
}
