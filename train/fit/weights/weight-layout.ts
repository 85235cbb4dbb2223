// A network's weights as one flat array, in the order of `model.weights`.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { overwrite } from "../../kernels/heap.ts";

/** A weight's place in the flat array. Kernels decay; biases and what normalises do not. */
export type WeightSegment = { from: number; to: number; trainable: boolean; decays: boolean };

export function layOutWeights(model: LayersModel): WeightSegment[] {
  const trainable = new Set(model.trainableWeights);
  let from = 0;
  return model.weights.map((weight) => {
    const { size, rank } = weight.read();
    const segment = { from, to: from + size, trainable: trainable.has(weight), decays: rank > 1 };
    from += size;
    return segment;
  });
}

export function readWeights(model: LayersModel, target: Float32Array): void {
  let offset = 0;
  for (const weight of model.weights) {
    const values = weight.read().dataSync<"float32">();
    target.set(values, offset);
    offset += values.length;
  }
}

export function writeWeights(model: LayersModel, source: Float32Array): void {
  let offset = 0;
  for (const weight of model.weights) {
    const { size } = weight.read();
    overwrite(weight, source.subarray(offset, offset + size));
    offset += size;
  }
}
