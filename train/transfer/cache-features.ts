// What the frozen part of a network makes of every image, computed once, so that a head trains in seconds.

import { setImmediate } from "node:timers/promises";
import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Inputs } from "../fit/inputs.ts";
import type { ImageStorage } from "../pipeline/image-storage.ts";
import { readImages, writeImage } from "../pipeline/stored-images.ts";

const BATCH = 16;

export type CacheOptions = { signal: AbortSignal; onImage: (done: number) => void };

/** Runs on the current backend. The features stand in the storage beside the images. */
export async function cacheFeatures(
  frozen: LayersModel,
  inputs: Inputs,
  storage: ImageStorage,
  { signal, onImage }: CacheOptions,
): Promise<Result<Inputs, Failure<"storage_failed" | "interrupted">>> {
  const { count } = inputs;
  const [, height, width, channels] = frozen.outputs[0].shape as number[];
  const size = height * width * channels;
  const allocated = storage.allocate(count, size);
  if (!allocated.ok) return allocated;
  for (let from = 0; from < count; from += BATCH) {
    // The signal is heard between two batches.
    await setImmediate();
    if (signal.aborted) return fail("interrupted", "stopped while the features were being computed");
    const indices = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i);
    const features = tidy(() => {
      const images = tensor4d(readImages(inputs.images, indices), [indices.length, ...inputs.shape]);
      return (frozen.predict(images) as Tensor).dataSync<"float32">();
    });
    for (const [i, index] of indices.entries()) {
      const written = writeImage(allocated.value, index, features.subarray(i * size, (i + 1) * size));
      if (!written.ok) return written;
    }
    onImage(from + indices.length);
  }
  const background = Array.from({ length: channels }, () => 0);
  return ok({ count, shape: [height, width, channels], images: allocated.value, labels: inputs.labels, background });
}
