// A Gaussian blur, as out of focus; borders are continued outwards.

import type { Pixels } from "../../../src/image/pixels.ts";
import { mapSamples } from "./map-samples.ts";

/** `deviation` is in pixels. */
export function blur(pixels: Pixels, deviation: number): Pixels {
  const { width, height, channels, data } = pixels;
  const radius = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bounded = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, value));

  const across = new Float64Array(data.length);
  const both = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const [channel, pixel] = [at % channels, Math.floor(at / channels)];
    const [x, row] = [pixel % width, pixel - (pixel % width)];
    for (let i = 0; i < weights.length; i++) {
      across[at] += (weights[i] / total) * data[(row + bounded(x + i - radius, width)) * channels + channel];
    }
  }
  for (let at = 0; at < data.length; at++) {
    const [channel, pixel] = [at % channels, Math.floor(at / channels)];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    for (let i = 0; i < weights.length; i++) {
      both[at] += (weights[i] / total) * across[(bounded(y + i - radius, height) * width + x) * channels + channel];
    }
  }
  return mapSamples(pixels, (at) => both[at]);
}
