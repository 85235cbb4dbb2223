// Malignancy on breast ultrasound at 28 pixels (BreastMNIST), from MobileNetV2 0.35 trained on ImageNet: what
// keras.applications.MobileNetV2(alpha=0.35, include_top=False) gives, converted to a TF.js layers model, is the backbone.

import { linearHead } from "../transfer/linear-head.ts";
import { loadMedMnist } from "../data/sets/medmnist.ts";
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
    height: 96, // 28 pixels enlarged: the backbone halves them three times before it looks at shapes
    width: 96,
    colour: "grey",
    resize: { mode: "stretch", filter: "bilinear" }, // BreastMNIST squeezes the whole image into a square
    oversampling: 2, // of a photo a few times as large, blocks of pixels do not end where those of the input do
    background: 0,
    scale: 1 / 255,
    mean: [0.5], // the backbone's [-1, 1]
    standardDeviation: [0.5],
    maxBytes: 8 * 1024 * 1024,
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
  },
  decision: {
    policy: "fitted",
    positiveLabel: "malignant",
    operatingPoint: { aim: "specificity", atLeast: 0.9 }, // 57 benign images place a threshold better than 21 malignant ones
    abstention: { aim: "coverage", atLeast: 0.97 },
    gate: { falseAlarmsAtMost: 0.02 }, // of 78 validation images, one
  },
  loadData: (dataDir, onProgress) => loadMedMnist("breastmnist", dataDir, onProgress),
  network: {
    kind: "backbone",
    cut: "input_1", // all of it is trained: ultrasound looks like no photograph
    features: "block_13_expand_relu", // 6 x 6 x 192; what follows sees whole photographs, and made features worse
    pool: true,
    buildHead: (features, seed) => linearHead(features, 2, seed),
  },
  fit: {
    epochs: 25, // 18 steps each: the set is small
    runs: 4, // 78 validation images cannot say which run is good; the mean of four is as good as their best
    batchSize: 32,
    shards: 2,
    schedule: { kind: "cosine", learningRate: 0.001, warmupEpochs: 2 },
    weightDecay: 0.05, // as the larger sets
    averageDecay: 0.98, // over three epochs; 78 validation images are too few to pick a single step by
    loss: { labelSmoothing: 0.05, classWeights: "none", focalGamma: 0 }, // the operating point sees to the imbalance
    augmentation: {
      shift: 0.08,
      rotationDegrees: 10,
      zoom: 0.12,
      flipHorizontal: true, // left and right breast
      contrast: 0.2, // the operator sets gain
      brightness: 0.15,
      mixup: 0.2, // there are 546 images to tell apart
    },
  },
  validationSplit: 0, // the set has its own
  seed: 1,
};
