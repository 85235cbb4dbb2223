// Where the graph's whole input lies on the source image, so that what is said of places in the one can be shown on the
// other.

import type { InputSpec } from "../bundle/manifest.ts";
import { placeImage, type Rectangle, type Size } from "./place-image.ts";

/** In pixels of the source, fractions allowed; beyond its edges where the input is padded. */
export function inputArea(image: Size, spec: Pick<InputSpec, "width" | "height" | "resize">): Rectangle {
  const { source, target } = placeImage(image, spec);
  const [perPixelX, perPixelY] = [source.width / target.width, source.height / target.height];
  return {
    x: source.x - target.x * perPixelX,
    y: source.y - target.y * perPixelY,
    width: spec.width * perPixelX,
    height: spec.height * perPixelY,
  };
}
