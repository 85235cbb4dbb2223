// Pixels to the graph's input, as the manifest says. Training, evaluation and the edge all call this one function.

import type { InputSpec } from "../bundle/manifest.ts";
import type { Samples } from "../image/pixels.ts";
import { placeImage } from "./place-image.ts";
import { readRow } from "./read-row.ts";
import { resampleAxis } from "./resample.ts";
import { resizeRows } from "./resize-rows.ts";

/**
 * Gives float32 height x width x channels: one image of an NHWC batch. Colour is converted before resizing, which
 * gives what converting after would (both are linear) with fewer samples to resize.
 */
export function preprocess(pixels: Samples, spec: InputSpec): Float32Array<ArrayBuffer> {
  const channels = spec.colour === "grey" ? 1 : 3;
  const { source, target } = placeImage(pixels, spec);
  const { filter } = spec.resize;
  const resized = resizeRows(
    { width: pixels.width, height: pixels.height, channels },
    resampleAxis(pixels.width, source.x, source.width, target.width, filter),
    resampleAxis(pixels.height, source.y, source.height, target.height, filter),
    (y, row) => readRow(pixels, y, channels, spec.background, row),
  );

  const scaleSample = (sample: number, c: number) => (sample * spec.scale - spec.mean[c]) / spec.standardDeviation[c];
  const input = new Float32Array(spec.height * spec.width * channels);
  for (let i = 0; i < input.length; i++) input[i] = scaleSample(spec.background, i % channels);
  const rowLength = target.width * channels;
  for (let y = 0; y < target.height; y++) {
    const offset = ((target.y + y) * spec.width + target.x) * channels;
    for (let i = 0; i < rowLength; i++) input[offset + i] = scaleSample(resized[y * rowLength + i], i % channels);
  }
  return input;
}
