// Pneumonia on paediatric chest X-rays at 96 pixels, with validation patients that were not trained on.

import { loadChestXray } from "../data/sets/chest-xray.ts";
import { linearHead } from "../transfer/linear-head.ts";
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
    mean: [0.5], // the backbone's [-1, 1]
    standardDeviation: [0.5],
    maxBytes: 8 * 1024 * 1024, // an X-ray exported as PNG
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
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
    kind: "backbone",
    cut: "input_1", // all of it is trained: an X-ray looks like no photograph
    features: "block_13_expand_relu", // 6 x 6 x 192; with a head 99k weights, 0.4 MB
    pool: true,
    buildHead: (features, seed) => linearHead(features, 2, seed),
  },
  fit: {
    epochs: 5, // the backbone knows edges and textures already
    batchSize: 32, // 147 steps an epoch
    shards: 2, // one a core of a small machine
    schedule: { kind: "cosine", learningRate: 0.0005, warmupEpochs: 1 },
    weightDecay: 0.05,
    averageDecay: 0.99, // steadier than any single step on 521 validation images
    loss: { labelSmoothing: 0.05, classWeights: "none", focalGamma: 0 }, // weighted, it is miscalibrated, and the epoch is picked by that
    augmentation: {
      shift: 0.08, // no flips: the heart is on one side
      rotationDegrees: 8,
      zoom: 0.12,
      contrast: 0.3, // exposures differ between the official parts of the set
      brightness: 0.25,
      mixup: 0.2, // no noise: tried at one strength for all images alone, it made clean ones strange to batch norm
    },
  },
  validationSplit: 0, // the loader cuts it by patient
  seed: 1,
};
