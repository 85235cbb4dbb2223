// The original system to the letter: its network, its schedule, its data.

import { loadMnist } from "../data/sets/mnist.ts";
import { mnistCnn } from "../architectures/mnist-cnn.ts";
import type { Recipe } from "./recipe.ts";

export const mnistCnnRecipe: Recipe = {
  release: {
    name: "mnist-cnn",
    version: "1.0.1",
    title: "Handwritten digits (MNIST), one convolution",
    task: "multiclass",
    licence: "Apache-2.0",
    intendedUse:
      "A worked example and a regression test of the service: classifies a centred, light-on-dark handwritten digit.",
    limitations: [
      "Not a medical model; it says nothing about any medical image.",
      "Always names a digit, whatever the image shows: it was given no rejection rule.",
      "Digits that are dark on light, off centre or much thinner than MNIST's are often misread.",
    ],
  },
  input: {
    height: 28, // MNIST's own size
    width: 28,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" }, // images of 28x28 pass untouched; larger ones are averaged down
    oversampling: 2, // of a photo a few times as large, blocks of pixels do not end where those of the input do
    background: 0, // MNIST digits stand on black
    scale: 1 / 255, // the original's only preprocessing
    mean: [0],
    standardDeviation: [1],
    maxBytes: 8 * 1024 * 1024, // a phone photo of a digit
    maxPixels: 50_000_000, // what phones take; JPEGs and PNGs go through row by row
  },
  decision: { policy: "argmax", abstention: {} }, // the original takes the argmax as the finding
  loadData: loadMnist,
  network: { kind: "scratch", build: mnistCnn },
  fit: {
    epochs: 10,
    batchSize: 32, // Keras' default
    shards: 1,
    schedule: { kind: "constant", learningRate: 0.001 }, // Keras' adam
    weightDecay: 0,
    loss: { labelSmoothing: 0, classWeights: "none", focalGamma: 0 }, // sparse categorical cross-entropy
  },
  validationSplit: 0.1,
  seed: 1,
};
