// A network to measure: a layers model with its weights, and one input for it.

import { layers, model as createModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import { goldenInput } from "../../src/model/load-model.ts";

export type Network = {
  title: string;
  model: LayersModel;
  spec: InputSpec;
  /** Height x width x channels, preprocessed from seeded noise. */
  inputHwc: Float32Array;
  /** Enough for a steady median at this network's speed. */
  rounds: number;
};

export function toNetwork(title: string, model: LayersModel, spec: InputSpec, rounds: number): Network {
  return { title, model, spec, inputHwc: goldenInput(1, spec), rounds };
}

/** Of a network that gives logits: the peers compare probabilities. */
export function endInSoftmax({ inputs, outputs }: LayersModel): LayersModel {
  const softmax = layers.activation({ activation: "softmax" });
  return createModel({ inputs, outputs: softmax.apply(outputs) as SymbolicTensor });
}

/** One image's shape, channels last. */
export const shapeOf = ({ spec }: Pick<Network, "spec">): [number, number, number] => [
  spec.height,
  spec.width,
  spec.colour === "grey" ? 1 : 3,
];
