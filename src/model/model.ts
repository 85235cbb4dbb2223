// A bundle that has been verified, loaded and seen to compute what it computed when it was released.

import type { FeatureStatistics } from "../bundle/feature-statistics.ts";
import type { Manifest } from "../bundle/manifest.ts";

export type Model = {
  readonly manifest: Manifest;
  /** Hex SHA-256 of the bundle's manifest. */
  readonly digest: string;
  /** Takes one image, float32 height x width x channels; gives its logits as the graph does. Leaves no tensor behind. */
  run(inputHwc: Float32Array): Float32Array;
  /** As `run`, with the row of penultimate features; there where the manifest names `graph.features`. */
  runWithFeatures?(inputHwc: Float32Array): { logits: Float32Array; features: Float32Array };
  /** There where the manifest's gate compares features. */
  readonly featureStatistics?: FeatureStatistics;
  /** Frees the weights; `run` may not be called again. */
  dispose(): void;
};
