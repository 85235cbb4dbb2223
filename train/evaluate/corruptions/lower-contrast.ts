// Less contrast, as through fog or a bad window setting: every sample nearer to its channel's mean.

import type { Pixels } from "../../../src/image/pixels.ts";
import { mapSamples } from "./map-samples.ts";

/** `share` of the distance from the mean is kept. */
export function lowerContrast(pixels: Pixels, share: number): Pixels {
  const { channels, data } = pixels;
  const means = Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let at = channel; at < data.length; at += channels) sum += data[at];
    return sum / (data.length / channels);
  });
  return mapSamples(pixels, (at, channel) => means[channel] + (data[at] - means[channel]) * share);
}
