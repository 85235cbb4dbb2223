// A valid manifest with every optional part, of a bundle whose files are in example-bundle.ts.

import type { Manifest } from "../../src/bundle/manifest.ts";

export const exampleManifest = {
  schemaVersion: 1,
  name: "chest-xray",
  version: "1.2.0-rc.1",
  title: "Pneumonia on chest X-rays",
  task: "binary",
  labels: [
    { name: "normal" },
    { name: "pneumonia", coding: { system: "http://snomed.info/sct", code: "233604007", display: "Pneumonia" } },
  ],
  input: {
    height: 2,
    width: 2,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" },
    background: 0,
    scale: 1 / 255,
    mean: [0],
    standardDeviation: [1],
    maxBytes: 1024,
    maxPixels: 64,
  },
  graph: { file: "model.json", input: "x", logits: "dense/BiasAdd" },
  calibration: { method: "temperature", temperature: 1.5 },
  decision: {
    policy: "threshold",
    positiveLabel: "pneumonia",
    threshold: 0.25,
    operatingPoint: { chosenOn: "validation split", sensitivity: 0.95, specificity: 0.9 },
    abstention: { minimumProbability: 0.6, outOfDistribution: { method: "energy", maximumEnergy: -0.5 } },
  },
  files: [
    { path: "model.json", bytes: 25, sha256: "df28ae0d718d82a1ff7aed1191102abb289d613b93fbf1be4b9567d05a599e7c" },
    { path: "weights.bin", bytes: 4, sha256: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a" },
  ],
  training: {
    dataset: {
      name: "example",
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      licence: "CC BY 4.0",
      citation: "Nobody: An example, 2020",
    },
    recipe: "example",
    seed: -1,
    epochs: 3,
    batchSize: 32,
    validationSplit: 0.1,
    bestEpoch: 2,
    revision: "unknown",
  },
  licence: "Apache-2.0",
  intendedUse: "Shows what a manifest looks like.",
  limitations: ["It classifies nothing."],
} satisfies Manifest;
