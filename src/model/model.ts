// A bundle that has been verified, loaded and seen to compute what it computed when it was released.

import type { Manifest } from "../bundle/manifest.ts";

export type Model = {
  readonly manifest: Manifest;
  /** Hex SHA-256 of the bundle's manifest. */
  readonly digest: string;
  /** Takes one image, float32 height x width x channels; gives its logits, one a label. Leaves no tensor behind. */
  run(inputHwc: Float32Array): Float32Array;
  /** Frees the weights; `run` may not be called again. */
  dispose(): void;
};
