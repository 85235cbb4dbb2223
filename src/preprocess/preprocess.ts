// Pixels to the graph's input, as the manifest says: what training, evaluation and the edge share.

import type { InputSpec } from "../bundle/manifest.ts";
import type { Samples } from "../image/pixels.ts";
import { openInput } from "./open-input.ts";

/** Gives float32 height x width x channels of an image that stands in memory. */
export function preprocess(pixels: Samples, spec: InputSpec): Float32Array<ArrayBuffer> {
  const input = openInput({ ...pixels, orientation: 1 }, spec);
  input.take(pixels.data);
  return input.finish();
}
