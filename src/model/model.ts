// A bundle that has been verified, loaded and seen to compute what it computed when it was released.

import type { DenseHead, FeatureMap } from "../bundle/class-activation.ts";
import type { FeatureStatistics } from "../bundle/feature-statistics.ts";
import type { Manifest } from "../bundle/manifest.ts";

/**
 * What the graph gives for one image: its logits, its penultimate features where the manifest names them, and where it
 * was asked for the feature map that they are the mean of.
 */
export type Output = { logits: Float32Array; features?: Float32Array; featureMap?: FeatureMap };

/** `featureMap` only of a model that has a `classActivation`. */
export type RunOptions = { featureMap: boolean };

export type Model = {
  readonly manifest: Manifest;
  /** Hex SHA-256 of the bundle's manifest. */
  readonly digest: string;
  /** Takes one image or several, float32 NHWC; gives an output for each. Leaves no tensor behind. */
  run(inputNhwc: Float32Array, options?: RunOptions): Output[];
  /** There where the manifest's gate compares features. */
  readonly featureStatistics?: FeatureStatistics;
  /** There where the manifest names a feature map: the layer that makes logits of its mean. */
  readonly classActivation?: DenseHead;
  /** There where layers are computed in 8 bits; a bundle that has a quantisation is run without it where no kernels are. */
  readonly usesLevels?: true;
  /** What the weights take in memory beyond their files, where they are kept in a form that computes faster. */
  readonly addedBytes?: number;
  /** Frees the weights; `run` may not be called again. */
  dispose(): void;
};
