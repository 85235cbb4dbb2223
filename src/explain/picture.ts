// The posted image as people look at it: what the overlay is drawn on.

import type { InputSpec } from "../bundle/manifest.ts";
import type { Samples } from "../image/pixels.ts";
import { preprocess } from "../preprocess/preprocess.ts";

/** Height x width x RGB, 8 bits each. */
export type Picture = { width: number; height: number; data: Uint8Array };

/** Enough to look at on a phone; an overlay has at most 0.8 MB before it is deflated. */
const MAX_SIDE = 512;

/** The whole image, shrunk if it is large and never enlarged; transparency lies over the background as for the model. */
export function toPicture(pixels: Samples, spec: InputSpec): Picture {
  const shrink = Math.min(1, MAX_SIDE / Math.max(pixels.width, pixels.height));
  const width = Math.max(1, Math.round(pixels.width * shrink));
  const height = Math.max(1, Math.round(pixels.height * shrink));
  const shown: InputSpec = {
    ...spec,
    width,
    height,
    colour: "rgb",
    resize: { mode: "stretch", filter: "area" },
    scale: 1,
    mean: [0, 0, 0],
    standardDeviation: [1, 1, 1],
  };
  return { width, height, data: Uint8Array.from(preprocess(pixels, shown), Math.round) };
}
