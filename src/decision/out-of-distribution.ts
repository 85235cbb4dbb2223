// The gate against inputs unlike the training data: one score an image, higher for stranger ones, and its limit.

import type { FeatureStatistics } from "../bundle/feature-statistics.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { mahalanobisDistance } from "./mahalanobis-distance.ts";
import { freeEnergy, jointEnergy } from "./probabilities.ts";

type Gate = NonNullable<Manifest["decision"]["abstention"]["outOfDistribution"]>;

/** The penultimate features of an image and the training data's. */
export type ComparedFeatures = { row: Float32Array; statistics: FeatureStatistics };

/** `logits` has one a label. A score that is not a number is not familiar either. */
export function isOutOfDistribution(
  gate: Gate,
  task: Manifest["task"],
  logits: Float32Array,
  features: ComparedFeatures | undefined,
): boolean {
  switch (gate.method) {
    case "energy":
      return !(toEnergy(task, logits) <= gate.maximumEnergy);
    case "mahalanobis":
      // A model whose manifest asks for this gate does not load without its statistics.
      if (!features) throw new Error("The manifest's gate compares features and there are none.");
      return !(mahalanobisDistance(features.row, features.statistics) <= gate.maximumDistance);
  }
}

/** The energy that fits the task: labels that exclude each other have one, labels that do not have one each. */
export const toEnergy = (task: Manifest["task"], logits: Float32Array): number =>
  task === "multilabel" ? jointEnergy(logits) : freeEnergy(logits);
