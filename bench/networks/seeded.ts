// Networks of the repository's architectures with seeded weights: MobileNetV2, the usual yardstick for small networks, and
// a residual network of the depth of ResNet-18.

import { randomUniform, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { mobileNetV2 } from "../../train/architectures/mobilenet-v2.ts";
import { resNet } from "../../train/architectures/resnet.ts";
import { mnistCnnRecipe } from "../../train/recipes/mnist-cnn.ts";
import { endInSoftmax, toNetwork, type Network } from "./network.ts";

const SEED = 20180113;

/** 1.0 at 224 pixels, in colour. */
export const mobileNetwork = (): Network =>
  toSeeded(
    "MobileNetV2 1.0, 224 px, seeded weights",
    mobileNetV2({ width: 1, inputSize: 224, channels: 3, classes: 1000, seed: SEED }),
    60,
  );

/** 0.35 at 96 pixels, grey. */
export const smallMobileNetwork = (): Network =>
  toSeeded(
    "MobileNetV2 0.35, 96 px grey, seeded weights",
    mobileNetV2({ width: 0.35, inputSize: 96, channels: 1, classes: 10, seed: SEED }),
    300,
  );

/** The stages and widths of ResNet-18, without the strides that 28 pixels have no room for. */
export const residualNetwork = (): Network =>
  toSeeded(
    "ResNet-18 style, 28 px, seeded weights",
    resNet({ inputSize: 28, channels: 3, classes: 10, widths: [64, 128, 256, 512], blocksPerStage: 2, seed: SEED }),
    40,
  );

function toSeeded(title: string, logits: LayersModel, rounds: number): Network {
  const model = endInSoftmax(logits);
  randomizeStatistics(model);
  const [, height, width, channels] = model.inputs[0].shape.map(Number);
  const each = Array.from({ length: channels }, () => 1);
  const spec: Network["spec"] = {
    ...mnistCnnRecipe.input,
    height,
    width,
    colour: channels === 1 ? "grey" : "rgb",
    scale: 1 / 127.5,
    mean: each,
    standardDeviation: each,
  };
  return toNetwork(title, model, spec, rounds);
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
