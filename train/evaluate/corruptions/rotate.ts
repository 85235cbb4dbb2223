// A rotation about the centre, as of a slide or a phone held askew; borders are continued outwards.

import type { Pixels } from "../../../src/image/pixels.ts";
import { mapSamples } from "./map-samples.ts";

/** Clockwise, with bilinear interpolation; the size stays. */
export function rotate(pixels: Pixels, degrees: number): Pixels {
  const { width, height, channels, data } = pixels;
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const bounded = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, value));
  const sample = (x: number, y: number, channel: number) =>
    data[(bounded(y, height) * width + bounded(x, width)) * channels + channel];
  return mapSamples(pixels, (at, channel) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [(pixel % width) - centreX, Math.floor(pixel / width) - centreY];
    const [fromX, fromY] = [centreX + x * cosine + y * sine, centreY - x * sine + y * cosine];
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
    const [right, below] = [fromX - left, fromY - top];
    const upper = sample(left, top, channel) * (1 - right) + sample(left + 1, top, channel) * right;
    const lower = sample(left, top + 1, channel) * (1 - right) + sample(left + 1, top + 1, channel) * right;
    return upper * (1 - below) + lower * below;
  });
}
