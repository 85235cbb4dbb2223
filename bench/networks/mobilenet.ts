// MobileNetV2 1.0 at 224 pixels, the usual yardstick for small networks, with seeded weights.

import { randomUniform, tidy } from "@tensorflow/tfjs-core";
import { layers, model as createModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { mobileNetV2 } from "../../train/architectures/mobilenet-v2.ts";
import { mnistCnnRecipe } from "../../train/recipes/mnist-cnn.ts";
import { toNetwork, type Network } from "./network.ts";

const SEED = 20180113;

export function mobileNetwork(): Network {
  const { inputs, outputs } = mobileNetV2({ width: 1, inputSize: 224, channels: 3, classes: 1000, seed: SEED });
  // The peers compare probabilities.
  const softmax = layers.activation({ activation: "softmax" });
  const model = createModel({ inputs, outputs: softmax.apply(outputs) as SymbolicTensor });
  randomizeStatistics(model);
  const spec: Network["spec"] = {
    ...mnistCnnRecipe.input,
    height: 224,
    width: 224,
    colour: "rgb",
    scale: 1 / 127.5,
    mean: [1, 1, 1],
    standardDeviation: [1, 1, 1],
  };
  return toNetwork("MobileNetV2 1.0, 224 px, seeded weights", model, spec, 60);
}

/** Untrained batch normalization does nothing, which would hide a mistake in folding it. */
function randomizeStatistics(model: LayersModel): void {
  tidy(() => {
    const weights = model.weights.map((variable, i) => {
      const [low, high] = limitsOf(variable.originalName);
      return high === 0 ? variable.read() : randomUniform(variable.shape as number[], low, high, "float32", SEED + i);
    });
    model.setWeights(weights);
  });
}

function limitsOf(name: string): [low: number, high: number] {
  if (/gamma|variance/.test(name)) return [0.8, 1.2];
  return /beta|mean/.test(name) ? [-0.2, 0.2] : [0, 0];
}
