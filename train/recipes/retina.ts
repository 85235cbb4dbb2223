// Grades of diabetic retinopathy on fundus photographs at 28 pixels (RetinaMNIST), from MobileNetV2 0.35 trained on
// ImageNet: keras.applications.MobileNetV2(alpha=0.35, include_top=False) as a TF.js layers model is the backbone.

import { linearHead } from "../transfer/linear-head.ts";
import { loadMedMnist } from "../data/sets/medmnist.ts";
import type { Recipe } from "./recipe.ts";

export const retina: Recipe = {
  release: {
    name: "retina",
    version: "1.1.0",
    title: "Grades of diabetic retinopathy, 28 px (RetinaMNIST)",
    task: "multiclass",
    licence: "CC BY 4.0", // as the data
    intendedUse:
      "Research on edge inference and on calibrated, abstaining classifiers. Takes a fundus photograph as RetinaMNIST has them.",
    limitations: [
      "Not a medical device; it must not be used to grade anybody's retina.",
      "At 28 x 28 pixels the lesions that define the grades are smaller than a pixel: it is right about every second time.",
      "1,080 training images of one source; the middle grades are often confused with their neighbours.",
    ],
  },
  input: {
    height: 64, // 28 pixels enlarged: the backbone halves them three times before it looks at shapes
    width: 64,
    colour: "rgb",
    resize: { mode: "cover", filter: "bilinear" },
    oversampling: 2, // of a photo a few times as large, blocks of pixels do not end where those of the input do
    background: 0, // outside the fundus
    scale: 1 / 255,
    mean: [0.5, 0.5, 0.5], // the backbone's [-1, 1]
    standardDeviation: [0.5, 0.5, 0.5],
    maxBytes: 8 * 1024 * 1024,
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
  },
  decision: {
    policy: "fitted",
    abstention: { aim: "coverage", atLeast: 0.95 },
    gate: { falseAlarmsAtMost: 0.02 },
  },
  loadData: (dataDir, onProgress) => loadMedMnist("retinamnist", dataDir, onProgress),
  network: {
    kind: "backbone",
    cut: "input_1", // all of it is trained: a fundus looks like no photograph
    features: "block_13_expand_relu", // 4 x 4 x 192; frozen, it told grades better than the layers after it
    pool: true,
    buildHead: (features, seed) => linearHead(features, 5, seed),
  },
  fit: {
    epochs: 25, // 34 steps each
    batchSize: 32,
    shards: 2,
    schedule: { kind: "cosine", learningRate: 0.001, warmupEpochs: 2 },
    weightDecay: 0.05, // as the other sets
    averageDecay: 0.99, // over three epochs; 120 validation images are too few to pick a single step by
    loss: { labelSmoothing: 0.05, classWeights: "none", focalGamma: 0 }, // accuracy and AUC are reported unweighted
    augmentation: {
      shift: 0.06,
      rotationDegrees: 30, // a fundus has no up
      zoom: 0.1,
      flipHorizontal: true, // left and right eye
      flipVertical: true,
      contrast: 0.2,
      brightness: 0.15,
      mixup: 0.2,
    },
  },
  validationSplit: 0, // the set has its own
  seed: 2, // of 1, 2 and 3 the one with the lowest validation loss
};
