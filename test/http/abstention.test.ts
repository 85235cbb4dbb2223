// An answer that is withheld says so, and why, over HTTP.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ok } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Model } from "../../src/model/model.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { serveDigits } from "./served-digits.ts";

const seven = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
const read = await readBundleFolder(DIGITS_FOLDER);
if (!read.ok) throw new Error(read.error.detail);
const { manifest, digest } = read.value;

async function classify(changes: Partial<Manifest>, model: Partial<Model> = {}) {
  const changed: Model = {
    manifest: { ...manifest, ...changes },
    digest,
    run: () => [{ logits: Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0) }],
    dispose: () => undefined,
    ...model,
  };
  const served = await serveDigits({
    models: { get: async () => ok(changed), status: () => undefined, list: async () => ok([]) },
  });
  const response = await served.request("/v1/models/mnist/classify", { method: "POST", body: seven });
  expect(response.status).toBe(200);
  return (await response.json()).decision;
}

const argmax = (abstention: Manifest["decision"]["abstention"]) => ({
  decision: { policy: "argmax", abstention } as const,
});

test("for a probability below the minimum", async () => {
  expect(await classify(argmax({ minimumProbability: 0.9 }))).toEqual({
    outcome: "abstain",
    reason: "low_probability",
  });
});

test("for logits unlike the training data's", async () => {
  expect(await classify(argmax({ outOfDistribution: { method: "energy", maximumEnergy: -10 } }))).toEqual({
    outcome: "abstain",
    reason: "out_of_distribution",
  });
});

test("for features unlike the training data's, and not for those like them", async () => {
  const gate = argmax({ outOfDistribution: { method: "mahalanobis", file: "ood.json", maximumDistance: 2 } });
  const featureStatistics = { features: 1, whitening: Float32Array.of(1), means: Float32Array.of(0) };
  const withFeature = (feature: number): Partial<Model> => ({
    featureStatistics,
    run: () => [{ logits: Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0), features: Float32Array.of(feature) }],
  });
  expect(await classify(gate, withFeature(3))).toEqual({ outcome: "abstain", reason: "out_of_distribution" });
  expect(await classify(gate, withFeature(1))).toEqual({ outcome: "label", label: "1" });
});

test("and a multilabel answer lists its labels", async () => {
  const operatingPoint = { chosenOn: "validation split", sensitivity: 0.9, specificity: 0.9 };
  const decision = await classify({
    task: "multilabel",
    graph: { ...manifest.graph, head: "sigmoid" },
    decision: {
      policy: "thresholds",
      thresholds: manifest.labels.map(() => ({ threshold: 0.6, operatingPoint })),
      abstention: {},
    },
  });
  expect(decision).toEqual({ outcome: "labels", labels: ["1"] });
});
