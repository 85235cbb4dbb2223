// Pneumonia on paediatric chest X-rays at 96 pixels, with validation patients that were not trained on.

import { resNet } from "../architectures/resnet.ts";
import { loadChestXray } from "../data/chest-xray.ts";
import type { Recipe } from "./recipe.ts";

export const chestXray: Recipe = {
  release: {
    name: "chest-xray",
    version: "1.0.0",
    title: "Pneumonia on paediatric chest X-rays, 96 px (Kermany et al. 2018)",
    task: "binary",
    licence: "CC BY 4.0", // as the data
    intendedUse:
      "Research on edge inference and on calibrated, abstaining classifiers. Takes a frontal chest X-ray of a child as it was exported.",
    limitations: [
      "Not a medical device; it must not be used to read anybody's X-ray.",
      "Trained on children of one to five years from one hospital in Guangzhou; it has seen no adult and no other scanner.",
      "Squeezed to 96 x 96 pixels: it sees where a lung is dense, and not the fine lines that a radiologist also reads.",
      "Images of normal and of ill children may differ in more than illness, such as how they were exported.",
      "The images and many of the patients are those of PneumoniaMNIST: figures on one say nothing new about the other.",
    ],
  },
  input: {
    height: 96, // ribs and the edge of the heart are several pixels wide
    width: 96,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" }, // the whole field of view; copies of this set at one size were squeezed alike
    background: 0, // air around the patient
    scale: 1 / 255,
    mean: [0.48], // of the training images
    standardDeviation: [0.23],
    maxBytes: 8 * 1024 * 1024, // an X-ray exported as PNG
    maxPixels: 8 * 1024 * 1024, // 2,900 x 2,900
  },
  decision: {
    policy: "fitted",
    positiveLabel: "pneumonia",
    operatingPoint: { aim: "youden" }, // no cost is stated that would favour one error over the other
    abstention: { aim: "coverage", atLeast: 0.97 }, // gives up the least certain images
    gate: { falseAlarmsAtMost: 0.01 }, // of 521 validation images, five
  },
  loadData: loadChestXray,
  network: {
    kind: "scratch",
    build: (seed) =>
      resNet({
        inputSize: 96,
        channels: 1,
        classes: 2,
        widths: [12, 24, 48, 64], // 235k weights, 0.9 MB
        blocksPerStage: 2,
        stemStride: 2, // the first stage at 48 x 48 costs a quarter
        seed,
      }),
  },
  fit: {
    epochs: 12,
    batchSize: 32, // 147 steps an epoch
    shards: 2, // one a core of a small machine
    schedule: { kind: "cosine", learningRate: 0.003, warmupEpochs: 1 },
    weightDecay: 0.05,
    averageDecay: 0.99, // steadier than any single step on 521 validation images
    loss: { labelSmoothing: 0.05, classWeights: "balanced", focalGamma: 0 }, // three pneumonias to a normal
    augmentation: { shift: 0.08, rotationDegrees: 8, zoom: 0.1, contrast: 0.25, brightness: 0.25, noise: 0.05 }, // no flips: the heart is on one side
  },
  validationSplit: 0, // the loader cuts it by patient
  seed: 1,
};
