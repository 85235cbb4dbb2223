// A data set ready to be fitted: preprocessed once by the code that serves, batches gathered on demand.

import { tensor1d, tensor4d, type Tensor1D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { imageAt, type LabelledImages } from "../data/dataset.ts";

/** `values` holds count x height x width x channels float32, `labels` one class index an image. */
export type Inputs = {
  count: number;
  shape: [height: number, width: number, channels: number];
  values: Float32Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
};

export function toInputs(images: LabelledImages, spec: InputSpec): Inputs {
  const shape: Inputs["shape"] = [spec.height, spec.width, spec.colour === "grey" ? 1 : 3];
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(images.count * size);
  for (let i = 0; i < images.count; i++) values.set(preprocess(imageAt(images, i), spec), i * size);
  return { count: images.count, shape, values, labels: images.labels };
}

/** Splits off the last `fraction` for validation before any shuffling, as Keras' `validation_split` does. Views, not copies. */
export function splitValidation(inputs: Inputs, fraction: number): { training: Inputs; validation: Inputs } {
  const at = Math.floor(inputs.count * (1 - fraction));
  return { training: slice(inputs, 0, at), validation: slice(inputs, at, inputs.count) };
}

/** Gathers the images at `indices` into tensors the caller disposes of: NHWC float32, and one float32 label each. */
export function gatherBatch(inputs: Inputs, indices: Uint32Array): { images: Tensor4D; labels: Tensor1D } {
  const size = inputs.values.length / inputs.count;
  const values = new Float32Array(indices.length * size);
  indices.forEach((index, i) => values.set(inputs.values.subarray(index * size, (index + 1) * size), i * size));
  return {
    images: tensor4d(values, [indices.length, ...inputs.shape]),
    labels: tensor1d(Float32Array.from(indices, (index) => inputs.labels[index])),
  };
}

function slice({ shape, values, labels, count }: Inputs, from: number, to: number): Inputs {
  const size = values.length / count;
  return {
    count: to - from,
    shape,
    values: values.subarray(from * size, to * size),
    labels: labels.subarray(from, to),
  };
}
