// Handwritten digits, read better than the original network reads them.

import { resNet } from "../architectures/resnet.ts";
import { loadMnist } from "../data/sets/mnist.ts";
import type { Recipe } from "./recipe.ts";

export const mnist: Recipe = {
  release: {
    name: "mnist",
    version: "2.0.1",
    title: "Handwritten digits (MNIST), residual network",
    task: "multiclass",
    licence: "Apache-2.0",
    intendedUse:
      "A worked example and a regression test of the service: classifies a centred, light-on-dark handwritten digit.",
    limitations: [
      "Not a medical model; it says nothing about any medical image.",
      "Abstains from most images that are no digits, and not from all of them.",
      "Digits that are dark on light or off centre are often misread.",
    ],
  },
  input: {
    height: 28, // MNIST's own size
    width: 28,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" }, // images of 28x28 pass untouched; larger ones are averaged down
    oversampling: 2, // of a photo a few times as large, blocks of pixels do not end where those of the input do
    background: 0, // MNIST digits stand on black
    scale: 1 / 255,
    mean: [0],
    standardDeviation: [1],
    maxBytes: 8 * 1024 * 1024, // a phone photo of a digit
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
  },
  decision: {
    policy: "fitted",
    abstention: { aim: "coverage", atLeast: 0.995 }, // about as many as it gets wrong
    gate: { falseAlarmsAtMost: 0.005 },
  },
  loadData: loadMnist,
  network: {
    kind: "scratch",
    // 220k weights, 0.9 MB; a first stage of half the resolution trains three times as fast and loses nothing on strokes
    build: (seed) =>
      resNet({ inputSize: 28, channels: 1, classes: 10, widths: [32, 64, 96], blocksPerStage: 1, stemStride: 2, seed }),
  },
  fit: {
    epochs: 14, // an hour on two busy cores
    batchSize: 64,
    shards: 2, // one a core of a small machine
    schedule: { kind: "cosine", learningRate: 0.003, warmupEpochs: 1 },
    weightDecay: 0.05,
    averageDecay: 0.998, // about half an epoch
    loss: { labelSmoothing: 0.05, classWeights: "none", focalGamma: 0 },
    augmentation: { shift: 0.1, rotationDegrees: 12, zoom: 0.12 }, // how writers differ; no flips: 6 and 9 stay apart
  },
  validationSplit: 0.1, // the set has none
  seed: 1,
};
