// What a model gives for a set of images, before any decision: the raw material of calibration and of the gate.

import type { Model } from "../../src/model/model.ts";

/** A row an image; features where the manifest names them. */
export type Outputs = { logits: Float32Array[]; features: Float32Array[] };

/** `inputAt` gives an image as preprocessing leaves it, float32 height x width x channels. */
export function collectOutputs(model: Model, count: number, inputAt: (index: number) => Float32Array): Outputs {
  const outputs: Outputs = { logits: [], features: [] };
  for (let i = 0; i < count; i++) {
    const [{ logits, features }] = model.run(inputAt(i));
    outputs.logits.push(logits);
    if (features) outputs.features.push(features);
  }
  return outputs;
}
