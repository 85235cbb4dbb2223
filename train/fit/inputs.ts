// A data set ready to be fitted: preprocessed once by the code that serves, batches gathered on demand.

import { tensor1d, tensor2d, tensor4d, type Tensor1D, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
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
  values: Float32Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
};

/** Stops at the first image that cannot be read, and names it. */
export async function toInputs(images: Split, spec: InputSpec): Promise<Result<Inputs, Failure<ReadReason>>> {
  const shape: Inputs["shape"] = [spec.height, spec.width, spec.colour === "grey" ? 1 : 3];
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(images.count * size);
  for (let i = 0; i < images.count; i++) {
    const pixels = await images.read(i);
    if (!pixels.ok) return fail(pixels.error.reason, `image ${images.nameOf(i)}: ${pixels.error.detail}`);
    values.set(preprocess(pixels.value, spec), i * size);
  }
  return ok({ count: images.count, shape, values, labels: images.labels });
}

/** Splits off the last `fraction` for validation before any shuffling, as Keras' `validation_split` does. Views, not copies. */
export function splitValidation(inputs: Inputs, fraction: number): { training: Inputs; validation: Inputs } {
  const at = Math.floor(inputs.count * (1 - fraction));
  return { training: slice(inputs, 0, at), validation: slice(inputs, at, inputs.count) };
}

/** Gathers the images at `indices` into tensors the caller disposes of: NHWC float32, and float32 labels as `Inputs` has them. */
export function gatherBatch(inputs: Inputs, indices: Uint32Array): { images: Tensor4D; labels: Tensor1D | Tensor2D } {
  const values = gather(inputs.values, inputs.count, indices);
  const labels = gather(inputs.labels, inputs.count, indices);
  return {
    images: tensor4d(values, [indices.length, ...inputs.shape]),
    labels:
      labels.length === indices.length
        ? tensor1d(labels)
        : tensor2d(labels, [indices.length, labels.length / indices.length]),
  };
}

/** The rows at `indices` of `count` equally long ones. */
function gather(from: Float32Array | Uint8Array, count: number, indices: Uint32Array): Float32Array {
  const size = from.length / count;
  const gathered = new Float32Array(indices.length * size);
  indices.forEach((index, i) => gathered.set(from.subarray(index * size, (index + 1) * size), i * size));
  return gathered;
}

function slice({ shape, values, labels, count }: Inputs, from: number, to: number): Inputs {
  const size = values.length / count;
  const width = labels.length / count;
  return {
    count: to - from,
    shape,
    values: values.subarray(from * size, to * size),
    labels: labels.subarray(from * width, to * width),
  };
}
