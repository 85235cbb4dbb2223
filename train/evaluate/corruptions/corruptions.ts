// Images made worse on purpose, in five severities: what happens to them on the way to the model. Parameters are
// ImageNet-C's (Hendrycks and Dietterich 2019), which are for 224 pixels; rotation is not in it.

import type { Pixels } from "../../../src/image/pixels.ts";
import { addNoise } from "./add-noise.ts";
import { blur } from "./blur.ts";
import { compressJpeg } from "./compress-jpeg.ts";
import { lowerContrast } from "./lower-contrast.ts";
import { rotate } from "./rotate.ts";

export type Severity = 1 | 2 | 3 | 4 | 5;
export type CorruptionKind = "noise" | "blur" | "contrast" | "jpeg" | "rotation";

export const SEVERITIES: readonly Severity[] = [1, 2, 3, 4, 5];
export const CORRUPTION_KINDS: readonly CorruptionKind[] = ["noise", "blur", "contrast", "jpeg", "rotation"];

const NOISE_DEVIATION = [0.08, 0.12, 0.18, 0.26, 0.38];
const BLUR_DEVIATION_AT_224 = [1, 2, 3, 4, 6];
const CONTRAST = [0.4, 0.3, 0.2, 0.1, 0.05];
const JPEG_QUALITY = [25, 18, 15, 10, 7];
const ROTATION_DEGREES = [5, 10, 15, 20, 30];

/** The same pixels and seed give the same result; `pixels` stays as it is. */
export function corrupt(pixels: Pixels, kind: CorruptionKind, severity: Severity, seed: number): Pixels {
  const at = severity - 1;
  switch (kind) {
    case "noise":
      return addNoise(pixels, NOISE_DEVIATION[at], seed);
    case "blur":
      // In proportion to the side, images of 28 pixels would not be blurred at all; by its square root they are.
      return blur(pixels, BLUR_DEVIATION_AT_224[at] * Math.sqrt(Math.min(pixels.width, pixels.height) / 224));
    case "contrast":
      return lowerContrast(pixels, CONTRAST[at]);
    case "jpeg":
      return compressJpeg(pixels, JPEG_QUALITY[at]);
    case "rotation":
      return rotate(pixels, seed % 2 === 0 ? ROTATION_DEGREES[at] : -ROTATION_DEGREES[at]);
  }
}
