// New samples for an image, rounded and bounded; alpha stays.

import type { Pixels } from "../../../src/image/pixels.ts";

/** `toSample` is asked for every colour sample, at its index into `data`. */
export function mapSamples(pixels: Pixels, toSample: (at: number, channel: number) => number): Pixels {
  const { channels, maxValue } = pixels;
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels;
  const data = pixels.data.slice();
  for (let at = 0; at < data.length; at++) {
    const channel = at % channels;
    if (channel < colours) data[at] = Math.min(maxValue, Math.max(0, Math.round(toSample(at, channel))));
  }
  return { ...pixels, data };
}
