// A bundle that has been verified, loaded and seen to compute what it computed when it was released.

import type { FeatureStatistics } from "../bundle/feature-statistics.ts";
import type { Manifest } from "../bundle/manifest.ts";

/** What the graph gives for one image: its logits, and its penultimate features where the manifest names them. */
export type Output = { logits: Float32Array; features?: Float32Array };

export type Model = {
  readonly manifest: Manifest;
  /** Hex SHA-256 of the bundle's manifest. */
  readonly digest: string;
  /** Takes one image or several, float32 NHWC; gives an output for each. Leaves no tensor behind. */
  run(inputNhwc: Float32Array): Output[];
  /** There where the manifest's gate compares features. */
  readonly featureStatistics?: FeatureStatistics;
  /** Frees the weights; `run` may not be called again. */
  dispose(): void;
};
