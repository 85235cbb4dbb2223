// What the frozen part of a network makes of every image, computed once, so that a head trains in seconds.

import { setImmediate } from "node:timers/promises";
import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Inputs } from "../fit/inputs.ts";
import type { ImageStorage } from "../pipeline/image-storage.ts";
import { readImages, writeImage } from "../pipeline/stored-images.ts";

const BATCH = 16;

/** Cut too early, a backbone gives many times what the images are. */
const MAX_CACHE_BYTES = 16 * 1024 ** 3;

export type CacheOptions = { signal: AbortSignal; onImage: (done: number) => void };
type CacheReason = "features_too_large" | "backbone_invalid" | "storage_failed" | "interrupted";

/** What a network is fitted on. */
export type FitInputs = { training: Inputs; validation: Inputs };

/** Features of both parts. `onPart` gives what is told of the images of a part that are done. */
export async function cacheBoth(
  frozen: LayersModel,
  { training, validation }: FitInputs,
  storage: ImageStorage,
  { signal, onPart }: { signal: AbortSignal; onPart: (count: number) => (done: number) => void },
): Promise<Result<FitInputs, Failure<CacheReason>>> {
  const cache = (inputs: Inputs) => cacheFeatures(frozen, inputs, storage, { signal, onImage: onPart(inputs.count) });
  const trained = await cache(training);
  if (!trained.ok) return trained;
  const validated = await cache(validation);
  return validated.ok ? ok({ training: trained.value, validation: validated.value }) : validated;
}

/** Runs on the current backend. The features stand in the storage beside the images; a row of them is one pixel. */
export async function cacheFeatures(
  frozen: LayersModel,
  inputs: Inputs,
  storage: ImageStorage,
  { signal, onImage }: CacheOptions,
): Promise<Result<Inputs, Failure<CacheReason>>> {
  const { count } = inputs;
  const sizes = frozen.outputs[0].shape.slice(1) as number[];
  const shape: Inputs["shape"] = sizes.length === 3 ? [sizes[0], sizes[1], sizes[2]] : [1, 1, sizes[0]];
  const size = shape[0] * shape[1] * shape[2];
  if (4 * count * size > MAX_CACHE_BYTES) {
    return fail(
      "features_too_large",
      `${count} images with ${shape.join(" x ")} features each are more than ${MAX_CACHE_BYTES / 1024 ** 3} GiB; cut the backbone at a later layer`,
    );
  }
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
    if (!features.every(Number.isFinite))
      return fail("backbone_invalid", "the backbone gives numbers that are not finite");
    for (const [i, index] of indices.entries()) {
      const written = writeImage(allocated.value, index, features.subarray(i * size, (i + 1) * size));
      if (!written.ok) return written;
    }
    onImage(from + indices.length);
  }
  const background = Array.from({ length: shape[2] }, () => 0);
  return ok({ count, shape, images: allocated.value, labels: inputs.labels, background });
}
