// Gaussian noise, as from a sensor in poor light.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Pixels } from "../../../src/image/pixels.ts";
import { mapSamples } from "./map-samples.ts";

/** `deviation` is a share of the largest sample. */
export function addNoise(pixels: Pixels, deviation: number, seed: number): Pixels {
  const random = xoroshiro128plus(seed);
  const uniform = () => (uniformInt(random, 0, 0xffff_fffe) + 1) / 0x1_0000_0000;
  // Box and Muller 1958.
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return mapSamples(pixels, (at) => pixels.data[at] + normal() * deviation * pixels.maxValue);
}
