// Grades of diabetic retinopathy on fundus photographs at 28 pixels (RetinaMNIST).

import { resNet } from "../architectures/resnet.ts";
import { loadMedMnist } from "../data/medmnist.ts";
import type { Recipe } from "./recipe.ts";

export const retina: Recipe = {
  release: {
    name: "retina",
    version: "1.0.0",
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
    height: 28, // the data set's own size
    width: 28,
    colour: "rgb",
    resize: { mode: "cover", filter: "area" },
    background: 0, // outside the fundus
    scale: 1 / 255,
    mean: [0.4, 0.245, 0.155], // of the training images
    standardDeviation: [0.3, 0.2, 0.15],
    maxBytes: 8 * 1024 * 1024,
    maxPixels: 8 * 1024 * 1024,
  },
  decision: {
    policy: "fitted",
    abstention: { aim: "coverage", atLeast: 0.95 },
    gate: { falseAlarmsAtMost: 0.02 },
  },
  loadData: (dataDir, onProgress) => loadMedMnist("retinamnist", dataDir, onProgress),
  network: {
    kind: "scratch",
    build: (seed) => resNet({ inputSize: 28, channels: 3, classes: 5, widths: [16, 32, 64], blocksPerStage: 2, seed }), // 176k weights, 0.7 MB
  },
  fit: {
    epochs: 40,
    batchSize: 32,
    shards: 2,
    schedule: { kind: "cosine", learningRate: 0.002, warmupEpochs: 3 },
    weightDecay: 0.1,
    averageDecay: 0.99,
    loss: { labelSmoothing: 0.1, classWeights: "none", focalGamma: 0 }, // accuracy and AUC are reported unweighted
    augmentation: {
      shift: 0.06,
      rotationDegrees: 30, // a fundus has no up
      zoom: 0.1,
      flipHorizontal: true, // left and right eye
      flipVertical: true,
      contrast: 0.25,
      brightness: 0.25,
      mixup: 0.2,
    },
  },
  validationSplit: 0, // the set has its own
  seed: 1,
};
