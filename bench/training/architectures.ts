// The networks that training is measured on, by name: the original one and the sizes that recipes use.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { mnistCnn } from "../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../train/architectures/mobilenet-v2.ts";
import { resNet, type ResNetOptions } from "../../train/architectures/resnet.ts";

const residual: ResNetOptions = {
  inputSize: 28,
  channels: 1,
  classes: 10,
  widths: [16, 32, 64],
  blocksPerStage: 2,
  seed: 1,
};

/** The one that worker threads share out: its steps are long enough to share, and its batch norm counts each shard. */
export const residualNetwork = (): LayersModel => resNet(residual);

export const ARCHITECTURES: Record<string, () => LayersModel> = {
  "one convolution, 28 px": () => mnistCnn(1),
  "residual, 28 px": residualNetwork,
  "residual, stem stride 2, 28 px": () => resNet({ ...residual, stemStride: 2 }),
  "MobileNetV2 0.25, 28 px": () =>
    mobileNetV2({ width: 0.25, inputSize: 28, outputStride: 8, channels: 1, classes: 10, headChannels: 256, seed: 1 }),
};
