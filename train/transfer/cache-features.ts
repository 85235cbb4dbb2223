// What the frozen part of a network makes of every image, computed once, so that a head trains in seconds.

import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Inputs } from "../fit/inputs.ts";

const BATCH = 16;

/** Runs on the current backend. The features stand where the images stood, in memory that worker threads share. */
export function cacheFeatures(frozen: LayersModel, inputs: Inputs, onImage: (done: number) => void): Inputs {
  const [, height, width, channels] = frozen.outputs[0].shape as number[];
  const imageSize = inputs.shape[0] * inputs.shape[1] * inputs.shape[2];
  const featureSize = height * width * channels;
  const values = new Float32Array(new SharedArrayBuffer(4 * inputs.count * featureSize));
  for (let from = 0; from < inputs.count; from += BATCH) {
    const to = Math.min(from + BATCH, inputs.count);
    tidy(() => {
      const images = tensor4d(inputs.values.slice(from * imageSize, to * imageSize), [to - from, ...inputs.shape]);
      values.set((frozen.predict(images) as Tensor).dataSync<"float32">(), from * featureSize);
    });
    onImage(to);
  }
  const background = Array.from({ length: channels }, () => 0);
  return { count: inputs.count, shape: [height, width, channels], values, labels: inputs.labels, background };
}
