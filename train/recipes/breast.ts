// Malignancy on breast ultrasound at 28 pixels (BreastMNIST).

import { resNet } from "../architectures/resnet.ts";
import { loadMedMnist } from "../data/medmnist.ts";
import type { Recipe } from "./recipe.ts";

export const breast: Recipe = {
  release: {
    name: "breast",
    version: "1.0.0",
    title: "Malignancy on breast ultrasound, 28 px (BreastMNIST)",
    task: "binary",
    licence: "CC BY 4.0", // as the data
    intendedUse:
      "Research on edge inference and on calibrated, abstaining classifiers. Takes a breast ultrasound image as BreastMNIST has them.",
    limitations: [
      "Not a medical device; it must not be used to read anybody's ultrasound.",
      "546 training images of one hospital; figures on 156 test images have wide intervals.",
      "Normal and benign are one class: a benign finding is not told from none.",
      "28 x 28 pixels show shape and shadow and no texture.",
    ],
  },
  input: {
    height: 28, // the data set's own size
    width: 28,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" }, // BreastMNIST squeezes the whole image into a square
    background: 0,
    scale: 1 / 255,
    mean: [0.33], // of the training images
    standardDeviation: [0.2],
    maxBytes: 8 * 1024 * 1024,
    maxPixels: 8 * 1024 * 1024,
  },
  decision: {
    policy: "fitted",
    positiveLabel: "malignant",
    operatingPoint: { aim: "youden" },
    abstention: { aim: "coverage", atLeast: 0.97 },
    gate: { falseAlarmsAtMost: 0.02 }, // of 78 validation images, one
  },
  loadData: (dataDir, onProgress) => loadMedMnist("breastmnist", dataDir, onProgress),
  network: {
    kind: "scratch",
    build: (seed) => resNet({ inputSize: 28, channels: 1, classes: 2, widths: [16, 32, 64], blocksPerStage: 2, seed }), // 176k weights, 0.7 MB
  },
  fit: {
    epochs: 60, // 18 steps each: the set is small
    batchSize: 32,
    shards: 2,
    schedule: { kind: "cosine", learningRate: 0.002, warmupEpochs: 3 },
    weightDecay: 0.1, // stronger than for the larger sets
    averageDecay: 0.99,
    loss: { labelSmoothing: 0.1, classWeights: "balanced", focalGamma: 0 }, // three benign to a malignant
    augmentation: {
      shift: 0.1,
      rotationDegrees: 10,
      zoom: 0.15,
      flipHorizontal: true, // left and right breast
      contrast: 0.3, // the operator sets gain
      brightness: 0.3,
      noise: 0.1, // speckle
      mixup: 0.2,
    },
  },
  validationSplit: 0, // the set has its own
  seed: 1,
};
