// Pneumonia on paediatric chest X-rays at 28 pixels (PneumoniaMNIST).

import { resNet } from "../architectures/resnet.ts";
import { loadMedMnist } from "../data/sets/medmnist.ts";
import type { Recipe } from "./recipe.ts";

export const pneumonia: Recipe = {
  release: {
    name: "pneumonia",
    version: "1.0.2",
    title: "Pneumonia on paediatric chest X-rays, 28 px (PneumoniaMNIST)",
    task: "binary",
    licence: "CC BY 4.0", // as the data
    intendedUse:
      "Research on edge inference and on calibrated, abstaining classifiers. Takes a frontal chest X-ray of a child as PneumoniaMNIST has them.",
    limitations: [
      "Not a medical device; it must not be used to read anybody's X-ray.",
      "Trained on children of one to five years from one hospital in Guangzhou; it has seen no adult and no other scanner.",
      "28 x 28 pixels do not show what a radiologist looks at: it answers from coarse opacity alone.",
      "The test images come from other patients and look unlike the validation images; figures on the two differ widely.",
    ],
  },
  input: {
    height: 28, // the data set's own size
    width: 28,
    colour: "grey",
    resize: { mode: "cover", filter: "area" }, // PneumoniaMNIST crops the centre square
    oversampling: 2, // of a photo a few times as large, blocks of pixels do not end where those of the input do
    background: 0, // air around the patient
    scale: 1 / 255,
    mean: [0.5], // centres the range; the set's mean is 0.57
    standardDeviation: [0.25], // about one deviation of the set, 0.17, and a power of two
    maxBytes: 8 * 1024 * 1024, // an X-ray exported as PNG
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
  },
  decision: {
    policy: "fitted",
    positiveLabel: "pneumonia",
    operatingPoint: { aim: "youden" }, // no cost is stated that would favour one error over the other
    abstention: { aim: "coverage", atLeast: 0.97 }, // gives up the least certain images
    gate: { falseAlarmsAtMost: 0.01 }, // one validation image in a hundred
  },
  loadData: (dataDir, onProgress) => loadMedMnist("pneumoniamnist", dataDir, onProgress),
  network: {
    kind: "scratch",
    build: (seed) => resNet({ inputSize: 28, channels: 1, classes: 2, widths: [16, 32, 64], blocksPerStage: 2, seed }), // 176k weights, 0.7 MB
  },
  fit: {
    epochs: 12, // validation loss has levelled off
    batchSize: 64,
    shards: 2, // one a core of a small machine
    schedule: { kind: "cosine", learningRate: 0.003, warmupEpochs: 1 },
    weightDecay: 0.05,
    averageDecay: 0.99, // steadier than any single step on 524 validation images
    loss: { labelSmoothing: 0.05, classWeights: "balanced", focalGamma: 0 }, // three pneumonias to a normal
    augmentation: { shift: 0.08, rotationDegrees: 8, zoom: 0.1, contrast: 0.25, brightness: 0.25, noise: 0.05 }, // no flips: the heart is on one side
  },
  validationSplit: 0, // the set has its own
  seed: 1,
};
