// A data set ready to be fitted: preprocessed once by the code that serves, in memory that worker threads share.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import type { ReadReason, Split } from "../data/dataset.ts";

/**
 * `values` holds count x height x width x channels float32; `labels` is as in Split: one class index an image, or one
 * number a class.
 */
export type Inputs = {
  count: number;
  shape: [height: number, width: number, channels: number];
  values: Float32Array<SharedArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
  /** What preprocessing makes of a background sample, one value a channel. */
  background: number[];
};

/** Stops at the first image that cannot be read, and names it. */
export async function toInputs(images: Split, spec: InputSpec): Promise<Result<Inputs, Failure<ReadReason>>> {
  const shape: Inputs["shape"] = [spec.height, spec.width, spec.colour === "grey" ? 1 : 3];
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(new SharedArrayBuffer(4 * images.count * size));
  for (let i = 0; i < images.count; i++) {
    const pixels = await images.read(i);
    if (!pixels.ok) return fail(pixels.error.reason, `image ${images.nameOf(i)}: ${pixels.error.detail}`);
    values.set(preprocess(pixels.value, spec), i * size);
  }
  const background = spec.mean.map((mean, c) => (spec.background * spec.scale - mean) / spec.standardDeviation[c]);
  return ok({ count: images.count, shape, values, labels: images.labels, background });
}

/** Splits off the last `fraction` for validation before any shuffling, as Keras' `validation_split` does. Views, not copies. */
export function splitValidation(inputs: Inputs, fraction: number): { training: Inputs; validation: Inputs } {
  const at = Math.floor(inputs.count * (1 - fraction));
  return { training: slice(inputs, 0, at), validation: slice(inputs, at, inputs.count) };
}

function slice({ shape, values, labels, count, background }: Inputs, from: number, to: number): Inputs {
  const size = values.length / count;
  const width = labels.length / count;
  return {
    count: to - from,
    shape,
    values: values.subarray(from * size, to * size),
    labels: labels.subarray(from * width, to * width),
    background,
  };
}
