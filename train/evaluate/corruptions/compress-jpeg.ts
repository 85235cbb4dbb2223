// JPEG's block artefacts, as of an image sent through a messenger. It goes through eight bits a sample.

import { decode, encode } from "jpeg-js";
import type { Pixels } from "../../../src/image/pixels.ts";
import { mapSamples } from "./map-samples.ts";

/** `quality` is libjpeg's, 1 to 100. */
export function compressJpeg(pixels: Pixels, quality: number): Pixels {
  const { width, height, channels, data, maxValue } = pixels;
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const sample = data[pixel * channels + (channels < 3 ? 0 : channel)];
      rgba[pixel * 4 + channel] = Math.round((255 * sample) / maxValue);
    }
    rgba[pixel * 4 + 3] = 255;
  }
  const { data: decoded } = decode(encode({ width, height, data: rgba }, quality).data, { useTArray: true });
  return mapSamples(pixels, (at, channel) => (decoded[Math.floor(at / channels) * 4 + channel] * maxValue) / 255);
}
